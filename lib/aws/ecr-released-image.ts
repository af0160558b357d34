import { findImage } from './ecr.ts';
import { isNamed } from './errors.ts';
import type { Aws } from './session.ts';

/** An image that a release runs, or is about to. */
export type ReleasedImage = {
  /** Every digest by which a task may say that it runs it: its own, and those of the images in it when it is an index. */
  readonly digests: readonly string[];
  /** Its manifest or index, as it was pushed. */
  readonly manifest: string;
};

/** Undefined when the repository does not have it, or is not there. */
export async function findReleasedImage(
  aws: Aws,
  { repository, digest }: { repository: string; digest: string },
): Promise<ReleasedImage | undefined> {
  try {
    const image = await findImage(aws, repository, { digest });
    return image && { digests: [digest, ...childrenOf(image.manifest)], manifest: image.manifest };
  } catch (error) {
    if (isNamed(error, 'RepositoryNotFoundException')) return undefined;
    throw error;
  }
}

/** The digests of a released image alone. */
export async function findImageDigests(
  aws: Aws,
  which: { repository: string; digest: string },
): Promise<readonly string[] | undefined> {
  return (await findReleasedImage(aws, which))?.digests;
}

/** Of an index; a single image has none. */
function childrenOf(manifest: string): readonly string[] {
  const index: unknown = JSON.parse(manifest);
  if (typeof index !== 'object' || index === null || !('manifests' in index) || !Array.isArray(index.manifests))
    return [];
  return index.manifests.flatMap((child: unknown) => {
    const isChild = typeof child === 'object' && child !== null && 'digest' in child;
    return isChild && typeof child.digest === 'string' ? [child.digest] : [];
  });
}
