import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BakeTarget } from './bake-file.ts';
import { describeBlob } from './blob.ts';
import { BuildError } from './build-error.ts';
import { listContext } from './context.ts';
import { parseDockerfile } from './dockerfile.ts';
import { readIgnore } from './ignore.ts';
import { type Image, makeImage } from './image.ts';
import type { Progress } from './progress.ts';
import { type Send, openRepository } from './registry.ts';
import { planStage } from './stage.ts';

export type BakeWorld = {
  readonly progress: Progress;
  readonly send: Send;
  /** Folder of config.json with the registry's credentials. */
  readonly dockerConfig: string;
  /** SOURCE_DATE_EPOCH: the time that everything in the image bears. */
  readonly epochSeconds: number;
};

/** What buildx writes with `--metadata-file`, by target. */
export type Metadata = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Makes all images side by side; pushes only when every one of them could be made. */
export async function bake(targets: readonly BakeTarget[], world: BakeWorld): Promise<Metadata> {
  const images = await Promise.all(
    targets.map(async (target) => ({ target, image: await blamed(target, world, targets) })),
  );
  await Promise.all(
    images.map(async ({ target: { name, push }, image }) => {
      if (push === undefined) return;
      await world.progress.step(
        `[${name}] exporting to image, pushing ${push.repository}@${image.top.digest}`,
        async () => (await openRepository(push.repository, world.dockerConfig, world.send)).push(image, push.tag),
      );
    }),
  );
  return Object.fromEntries(images.map(({ target, image }) => [target.name, describeImage(target, image)]));
}

/** Of several targets, buildx names the one that failed. */
async function blamed(target: BakeTarget, world: BakeWorld, targets: readonly BakeTarget[]): Promise<Image> {
  try {
    return await buildImage(target, world);
  } catch (error) {
    if (!(error instanceof BuildError) || targets.length === 1) throw error;
    throw new BuildError(`target ${target.name}: ${error.message}`);
  }
}

export async function buildImage(target: BakeTarget, { progress, epochSeconds }: BakeWorld): Promise<Image> {
  const { name, context, dockerfile, args, labels, stage: wanted, platforms, attestations } = target;
  const stage = await progress.step(
    `[${name} internal] load build definition from ${basename(dockerfile)}`,
    async () => {
      const text = await readFile(dockerfile, 'utf8').catch(() => {
        throw new BuildError(`failed to read dockerfile: ${basename(dockerfile)}: no such file`);
      });
      return planStage(parseDockerfile(text, basename(dockerfile)), { args, stage: wanted }, progress.warn);
    },
  );
  const entries = await progress.step(`[${name} internal] load build context`, async () => {
    if (!(await stat(context).catch(() => undefined))?.isDirectory())
      throw new BuildError('the build context is not a folder');
    return listContext(context, await readIgnore(context, dockerfile));
  });
  return progress.step(`[${name}] FROM ${stage.base} (this machine's Node), ${stage.steps.length} steps`, () =>
    makeImage(stage, { context, entries, platforms, labels, attestations, epochSeconds }),
  );
}

function describeImage({ push }: BakeTarget, { top, config }: Image): Metadata[string] {
  if (push === undefined) return {};
  return {
    'containerimage.config.digest': config.digest,
    'containerimage.descriptor': describeBlob(top),
    'containerimage.digest': top.digest,
    'image.name': push.repository,
  };
}
