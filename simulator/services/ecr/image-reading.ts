import { z } from 'zod';
import { notSimulated, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from '../page.ts';
import { failure, findImage, requireImage, withManifest } from './image-lookup.ts';
import { imageIdShape, ownRegistry, repositoryNameShape } from './shapes.ts';
import { sizeOf, tagsOf } from './store.ts';
import type { Registry, Repository, StoredManifest } from './store.ts';

/** Operations that read images. */
export function imageReadingOperations(registry: Registry): Record<string, Operation> {
  return {
    DescribeImages: describeImages(registry),
    ListImages: listImages(registry),
    BatchGetImage: batchGetImage(registry),
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
    run({ repositoryName, imageIds, acceptedMediaTypes }) {
      const repository = registry.require(repositoryName);
      const found = imageIds.map((id) => ({ id, image: findImage(repository, id) }));
      for (const { image } of found) {
        // AWS would convert between OCI and Docker manifests, which changes the digest.
        if (typeof image !== 'string' && acceptedMediaTypes?.includes(image.manifest.type) === false) {
          throw notSimulated(`the conversion of a manifest of type ${image.manifest.type}`);
        }
      }
      return {
        images: found.flatMap(({ id, image }) =>
          typeof image === 'string' ? [] : [withManifest(registry, repository, image, id.imageTag)],
        ),
        failures: found.flatMap(({ id, image }) => (typeof image === 'string' ? [failure(id, image)] : [])),
      };
    },
  });
