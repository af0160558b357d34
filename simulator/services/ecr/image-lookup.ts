import { AwsError } from '../../operation.ts';
import type { ImageId } from './shapes.ts';
import type { Registry, Repository, StoredManifest } from './store.ts';

/** Throws ImageNotFoundException. */
export function requireImage(registry: Registry, repository: Repository, id: ImageId): StoredManifest {
  const image = findImage(repository, id);
  if (typeof image !== 'string') return image;
  throw new AwsError(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'} does not exist ` +
      `within the repository with name '${repository.name}' in the registry with id '${registry.account}'`,
  );
}

/** The image, or the failure code that BatchGetImage has for its absence. */
export function findImage(
  repository: Repository,
  { imageDigest, imageTag }: ImageId,
): StoredManifest | 'ImageNotFound' | 'ImageTagDoesNotMatchDigest' {
  const tagged = imageTag === undefined ? undefined : repository.imageTags.get(imageTag);
  const image = repository.manifests.get(imageDigest ?? tagged ?? '');
  if (image === undefined) return 'ImageNotFound';
  if (imageDigest !== undefined && imageTag !== undefined && tagged !== imageDigest)
    return 'ImageTagDoesNotMatchDigest';
  return image;
}

/** An image with its manifest, byte for byte. */
export function withManifest(
  registry: Registry,
  repository: Repository,
  image: StoredManifest,
  imageTag: string | undefined,
) {
  return {
    registryId: registry.account,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, imageTag },
    imageManifest: Buffer.from(image.bytes).toString('utf8'),
    imageManifestMediaType: image.manifest.type,
  };
}

/** Why an image of a batch could not be had. */
export function failure(imageId: ImageId, failureCode: string) {
  const reasons: Readonly<Record<string, string>> = {
    ImageNotFound: 'Requested image not found',
    ImageTagDoesNotMatchDigest: 'The tag does not belong to the digest',
    ImageReferencedByManifestList: 'Requested image referenced by manifest list',
  };
  return { imageId, failureCode, failureReason: reasons[failureCode] };
}
