import type { BaseImages } from './content/base-images.ts';
import { type Content, readContent } from './content/content-key.ts';
import { openContexts } from './content/context-files.ts';
import type { BuildPlan } from './plan.ts';

/** The content of every image, by service. */
export async function readContents(
  workspace: string,
  { images, options }: Pick<BuildPlan, 'images' | 'options'>,
  bases: BaseImages,
): Promise<ReadonlyMap<string, Content>> {
  const world = { contexts: openContexts(workspace), bases };
  const contents = images.map(async (image) => [image.service, await readContent(image, options, world)] as const);
  return new Map(await Promise.all(contents));
}
