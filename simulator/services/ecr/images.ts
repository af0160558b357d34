import { z } from 'zod';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from '../page.ts';
import { putManifest } from './put-image.ts';
import { digestShape, imageIdShape, imageTagShape, ownRegistry, repositoryNameShape } from './shapes.ts';
import type { ImageId } from './shapes.ts';
import { sizeOf, tagsOf } from './store.ts';
import type { Registry, Repository, StoredManifest } from './store.ts';

/** Operations on images. */
export function imageOperations(registry: Registry): Record<string, Operation> {
  return {
    DescribeImages: describeImages(registry),
    ListImages: listImages(registry),
    BatchGetImage: batchGetImage(registry),
    PutImage: putImage(registry),
    BatchDeleteImage: batchDeleteImage(registry),
  };
}

const named = (registry: Registry) => ({ registryId: ownRegistry(registry), repositoryName: repositoryNameShape });
const ofRepository =
  (registry: Registry) =>
  ({ repositoryName }: { repositoryName: string }) => [registry.arnOf(repositoryName)];
const filterShape = z.strictObject({ tagStatus: z.enum(['TAGGED', 'UNTAGGED', 'ANY']).default('ANY') });

const describeImages = (registry: Registry) =>
  operation({
    input: z.strictObject({
      ...named(registry),
      imageIds: z.array(imageIdShape).min(1).max(100).optional(),
      nextToken: z.string().optional(),
      maxResults: z.number().int().min(1).max(1000).default(100),
      filter: filterShape.optional(),
    }),
    resources: ofRepository(registry),
    run({ repositoryName, imageIds, nextToken, maxResults, filter }) {
      const repository = registry.require(repositoryName);
      const found = imageIds?.map((id) => requireImage(registry, repository, id)) ?? [...repository.manifests.values()];
      const wanted = found.filter(({ digest }) => hasTagStatus(repository, digest, filter?.tagStatus));
      const { items, next } = page(wanted, maxResults, nextToken, 'InvalidParameterException');
      return { imageDetails: items.map((image) => detail(registry, repository, image)), nextToken: next };
    },
  });

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
function findImage(
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

function hasTagStatus(repository: Repository, digest: string, status = 'ANY'): boolean {
  return status === 'ANY' || tagsOf(repository, digest).length > 0 === (status === 'TAGGED');
}

function detail(registry: Registry, repository: Repository, image: StoredManifest) {
  const tags = tagsOf(repository, image.digest);
  return {
    registryId: registry.account,
    repositoryName: repository.name,
    imageDigest: image.digest,
    ...(tags.length === 0 ? {} : { imageTags: tags }),
    imageSizeInBytes: sizeOf(repository, image),
    imagePushedAt: image.pushed,
    imageManifestMediaType: image.manifest.type,
    artifactMediaType: image.manifest.kind === 'image' ? image.manifest.config.mediaType : undefined,
    imageStatus: 'ACTIVE',
  };
}

const listImages = (registry: Registry) =>
  operation({
    input: z.strictObject({
      ...named(registry),
      nextToken: z.string().optional(),
      maxResults: z.number().int().min(1).max(1000).default(100),
      filter: filterShape.optional(),
    }),
    resources: ofRepository(registry),
    run({ repositoryName, nextToken, maxResults, filter }) {
      const repository = registry.require(repositoryName);
      const ids = [...repository.manifests.keys()]
        .filter((digest) => hasTagStatus(repository, digest, filter?.tagStatus))
        .flatMap((imageDigest) => {
          const tags = tagsOf(repository, imageDigest);
          return tags.length === 0 ? [{ imageDigest }] : tags.map((imageTag) => ({ imageDigest, imageTag }));
        });
      const { items, next } = page(ids, maxResults, nextToken, 'InvalidParameterException');
      return { imageIds: items, nextToken: next };
    },
  });

const batchGetImage = (registry: Registry) =>
  operation({
    input: z.strictObject({
      ...named(registry),
      imageIds: z.array(imageIdShape).min(1).max(100),
      acceptedMediaTypes: z.array(z.string()).min(1).max(100).optional(),
    }),
    resources: ofRepository(registry),
    run({ repositoryName, imageIds }) {
      const repository = registry.require(repositoryName);
      const found = imageIds.map((id) => ({ id, image: findImage(repository, id) }));
      return {
        images: found.flatMap(({ id, image }) =>
          typeof image === 'string' ? [] : [withManifest(registry, repository, image, id.imageTag)],
        ),
        failures: found.flatMap(({ id, image }) => (typeof image === 'string' ? [failure(id, image)] : [])),
      };
    },
  });

function withManifest(registry: Registry, repository: Repository, image: StoredManifest, imageTag: string | undefined) {
  return {
    registryId: registry.account,
    repositoryName: repository.name,
    imageId: { imageDigest: image.digest, imageTag },
    imageManifest: Buffer.from(image.bytes).toString('utf8'),
    imageManifestMediaType: image.manifest.type,
  };
}

function failure(imageId: ImageId, failureCode: string) {
  const reasons: Readonly<Record<string, string>> = {
    ImageNotFound: 'Requested image not found',
    ImageTagDoesNotMatchDigest: 'The tag does not belong to the digest',
    ImageReferencedByManifestList: 'Requested image referenced by manifest list',
  };
  return { imageId, failureCode, failureReason: reasons[failureCode] };
}

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
