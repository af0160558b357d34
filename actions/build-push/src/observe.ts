import { type StoredImage, findImages } from '../../../lib/aws/ecr.ts';
import { isNamed } from '../../../lib/aws/errors.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import type { Content } from './content/content-key.ts';
import type { BuildPlan, ImagePlan } from './plan.ts';

/** The one tag of a repository that its build cache has. */
export const cacheTag = 'build-cache';

/** An image that is wanted, and what its repository has of it. */
export type ObservedImage = ImagePlan & {
  readonly content: Content;
  /** Undefined: there is no such repository. */
  readonly found: FoundImages | undefined;
};

export type FoundImages = {
  /** Who has each of the plan's tags; absent when nobody has. */
  readonly byTag: ReadonlyMap<string, StoredImage>;
  /** An image that was made of the same content. */
  readonly sameContent: StoredImage | undefined;
  /** The image of the commit before the push. */
  readonly before: StoredImage | undefined;
  /** A build cache is there. */
  readonly hasCache: boolean;
};

export type Questions = Pick<BuildPlan, 'images' | 'tags'> & { readonly before: string | undefined };

/** One question per repository: who has the tags, and was this content built before? */
export function observeImages(
  aws: Aws,
  { images, tags, before }: Questions,
  contents: ReadonlyMap<string, Content>,
): Promise<readonly ObservedImage[]> {
  return Promise.all(
    images.map(async (image) => {
      const content = contents.get(image.service) ?? { kind: 'unknown', why: 'nobody looked' };
      return { ...image, content, found: await lookUp(aws, image.repository, { tags, before, content }) };
    }),
  );
}

async function lookUp(
  aws: Aws,
  repository: string,
  { tags, before, content }: Omit<Questions, 'images'> & { content: Content },
): Promise<FoundImages | undefined> {
  const contentTag = content.kind === 'known' ? content.tag : undefined;
  try {
    const asked = [...tags, contentTag, before, cacheTag].filter((tag) => tag !== undefined);
    const found = await findImages(aws, repository, [...new Set(asked)]);
    return {
      byTag: new Map([...found].filter(([tag]) => tags.includes(tag))),
      sameContent: found.get(contentTag ?? ''),
      before: found.get(before ?? ''),
      hasCache: found.has(cacheTag),
    };
  } catch (error) {
    if (isNamed(error, 'RepositoryNotFoundException')) return undefined;
    throw error;
  }
}
