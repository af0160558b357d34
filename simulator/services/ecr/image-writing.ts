import { z } from 'zod';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { failure, findImage, withManifest } from './image-lookup.ts';
import { putManifest } from './put-image.ts';
import { digestShape, imageIdShape, imageTagShape, ownRegistry, repositoryNameShape } from './shapes.ts';
import type { ImageId } from './shapes.ts';
import { tagsOf } from './store.ts';
import type { Registry, Repository } from './store.ts';

/** Operations that change images. */
export function imageWritingOperations(registry: Registry): Record<string, Operation> {
  return { PutImage: putImage(registry), BatchDeleteImage: batchDeleteImage(registry) };
}

const named = (registry: Registry) => ({ registryId: ownRegistry(registry), repositoryName: repositoryNameShape });
const ofRepository =
  (registry: Registry) =>
  ({ repositoryName }: { repositoryName: string }) => [registry.arnOf(repositoryName)];

const putImage = (registry: Registry) =>
  operation({
    input: z.strictObject({
      ...named(registry),
      imageManifest: z.string().min(1).max(4_194_304),
      imageManifestMediaType: z.string().optional(),
      imageTag: imageTagShape.optional(),
      imageDigest: digestShape.optional(),
    }),
    resources: ofRepository(registry),
    run({ repositoryName, imageManifest, imageManifestMediaType, imageTag, imageDigest }) {
      const repository = registry.require(repositoryName);
      const known = new Set(repository.manifests.keys());
      const tagged = imageTag === undefined ? undefined : repository.imageTags.get(imageTag);
      const image = putManifest(registry, repository, {
        bytes: Buffer.from(imageManifest),
        mediaType: imageManifestMediaType,
        tag: imageTag,
        digest: imageDigest,
      });
      if (imageTag === undefined ? known.has(image.digest) : tagged === image.digest) {
        throw new AwsError(
          'ImageAlreadyExistsException',
          `Image with digest '${image.digest}' and tag '${imageTag ?? 'null'}' already exists in the repository with name ` +
            `'${repositoryName}' in registry with id '${registry.account}'`,
        );
      }
      return { image: withManifest(registry, repository, image, imageTag) };
    },
  });

const batchDeleteImage = (registry: Registry) =>
  operation({
    input: z.strictObject({ ...named(registry), imageIds: z.array(imageIdShape).min(1).max(100) }),
    resources: ofRepository(registry),
    run({ repositoryName, imageIds }) {
      const repository = registry.require(repositoryName);
      const outcomes = imageIds.map((id) => deleteImage(repository, id));
      return {
        imageIds: outcomes.flatMap((it) => ('failureCode' in it ? [] : [it])),
        failures: outcomes.flatMap((it) => ('failureCode' in it ? [it] : [])),
      };
    },
  });

/** By tag only the tag goes, and the image with its last tag; by digest the image goes with all its tags. */
function deleteImage(repository: Repository, id: ImageId) {
  const image = findImage(repository, id);
  if (typeof image === 'string') return failure(id, image);
  const removed = id.imageTag === undefined ? tagsOf(repository, image.digest) : [id.imageTag];
  const remaining = tagsOf(repository, image.digest).length - removed.length;
  if (remaining === 0 && isReferenced(repository, image.digest)) return failure(id, 'ImageReferencedByManifestList');
  for (const tag of removed) repository.imageTags.delete(tag);
  if (remaining === 0) repository.manifests.delete(image.digest);
  return { imageDigest: image.digest, imageTag: id.imageTag };
}

function isReferenced(repository: Repository, digest: string): boolean {
  return [...repository.manifests.values()].some(
    ({ manifest }) => manifest.kind === 'index' && manifest.manifests.some((child) => child.digest === digest),
  );
}
