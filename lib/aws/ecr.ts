import { BatchGetImageCommand, ECRClient, PutImageCommand, type ImageIdentifier } from '@aws-sdk/client-ecr';
import { ActionError } from '../core/errors.ts';
import { isNamed } from './errors.ts';
import type { Aws } from './session.ts';

/** An image as ECR keeps it: the manifest's exact bytes are what its digest is the hash of. */
export type StoredImage = { readonly digest: string; readonly manifest: string; readonly mediaType: string };

const clients = new WeakMap<Aws['configuration'], ECRClient>();

export function ecr(aws: Aws): ECRClient {
  const client = clients.get(aws.configuration) ?? new ECRClient(aws.configuration);
  clients.set(aws.configuration, client);
  return client;
}

/** The image with this digest or tag; undefined when the repository has none. */
export async function findImage(
  aws: Aws,
  repository: string,
  which: { readonly digest: string } | { readonly tag: string },
): Promise<StoredImage | undefined> {
  const id = 'digest' in which ? { imageDigest: which.digest } : { imageTag: which.tag };
  const [found] = await getImages(aws, repository, [id]);
  return found?.image;
}

/** The images with these tags, at most 100 of them; a tag that the repository does not have is left out. */
export async function findImages(
  aws: Aws,
  repository: string,
  tags: readonly string[],
): Promise<ReadonlyMap<string, StoredImage>> {
  if (tags.length === 0) return new Map();
  const ids = tags.map((imageTag) => ({ imageTag }));
  const found = await getImages(aws, repository, ids);
  return new Map(found.flatMap(({ tag, image }) => (tag === undefined ? [] : [[tag, image]])));
}

async function getImages(
  aws: Aws,
  repository: string,
  imageIds: ImageIdentifier[],
): Promise<readonly { readonly tag: string | undefined; readonly image: StoredImage }[]> {
  const { images = [], failures = [] } = await aws.send(
    ecr(aws),
    new BatchGetImageCommand({ repositoryName: repository, imageIds, acceptedMediaTypes: [...manifestTypes] }),
  );
  const failure = failures.find(({ failureCode }) => failureCode !== 'ImageNotFound');
  if (failure !== undefined) throw unreadable(repository, failure.failureCode);
  return images.flatMap(({ imageManifest: manifest, imageManifestMediaType, imageId = {} }) => {
    const { imageDigest: digest, imageTag: tag } = imageId;
    if (manifest === undefined || digest === undefined) return [];
    const mediaType = imageManifestMediaType ?? 'application/vnd.oci.image.manifest.v1+json';
    return [{ tag, image: { digest, manifest, mediaType } }];
  });
}

/** ECR converts a manifest for those who do not accept its type; who accepts all of them gets its own bytes. */
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

/**
 * Gives a stored image one more tag, without moving any layer. `taken`: the repository does not let this tag go from
 * the image that has it.
 */
export async function tagImage(
  aws: Aws,
  repository: string,
  { digest, manifest, mediaType }: StoredImage,
  tag: string,
): Promise<'tagged' | 'taken'> {
  const command = new PutImageCommand({
    repositoryName: repository,
    imageManifest: manifest,
    imageManifestMediaType: mediaType,
    imageTag: tag,
    imageDigest: digest,
  });
  try {
    await aws.send(ecr(aws), command);
    return 'tagged';
  } catch (error) {
    // Same tag, same digest: an earlier attempt, or a lost answer to this one, has done it.
    if (isNamed(error, 'ImageAlreadyExistsException')) return 'tagged';
    if (isNamed(error, 'ImageTagAlreadyExistsException')) return 'taken';
    throw error;
  }
}

function unreadable(repository: string, code: string | undefined): ActionError {
  return new ActionError('E_STATE', `ECR cannot give an image of ${repository}: ${code ?? 'no reason given'}.`, {
    remedy: 'Look at the image in ECR: it may be archived or incomplete.',
    place: repository,
  });
}
