import { findImage } from './ecr.ts';
import { isNamed } from './errors.ts';
import type { Aws } from './session.ts';

/**
 * Every digest by which a task may say that it runs this image: its own, and those of the images in it when it is an
 * index. Undefined when the repository does not have it.
 */
export async function findImageDigests(
  aws: Aws,
  { repository, digest }: { repository: string; digest: string },
): Promise<readonly string[] | undefined> {
  try {
    const image = await findImage(aws, repository, { digest });
    return image === undefined ? undefined : [digest, ...childrenOf(image.manifest)];
  } catch (error) {
    if (isNamed(error, 'RepositoryNotFoundException')) return undefined;
    throw error;
  }
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
