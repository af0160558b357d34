import { BatchGetImageCommand, ECRClient } from '@aws-sdk/client-ecr';
import { isNamed } from './errors.ts';
import type { Aws } from './session.ts';

/** Kinds of manifest that ECS runs: single images and indexes, in the OCI and in Docker's older spelling. */
const mediaTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

const clients = new WeakMap<Aws, ECRClient>();

function ecr(aws: Aws): ECRClient {
  const client = clients.get(aws) ?? new ECRClient(aws.configuration);
  clients.set(aws, client);
  return client;
}

/**
 * Every digest by which a task may say that it runs this image: its own, and those of the images in it when it is an
 * index. Undefined when the repository does not have it.
 */
export async function findImageDigests(
  aws: Aws,
  { repository, digest }: { repository: string; digest: string },
): Promise<readonly string[] | undefined> {
  try {
    const answer = await aws.send(
      ecr(aws),
      new BatchGetImageCommand({
        repositoryName: repository,
        imageIds: [{ imageDigest: digest }],
        acceptedMediaTypes: mediaTypes,
      }),
    );
    const manifest = answer.images?.[0]?.imageManifest;
    return manifest === undefined ? undefined : [digest, ...childrenOf(manifest)];
  } catch (error) {
    if (isNamed(error, 'RepositoryNotFoundException')) return undefined;
    throw error;
  }
}

function childrenOf(manifest: string): readonly string[] {
  const { manifests } = JSON.parse(manifest) as { manifests?: readonly { readonly digest?: string }[] };
  return (manifests ?? []).map(({ digest }) => digest ?? '').filter((digest) => digest !== '');
}
