import { AwsError } from '../../operation.ts';
import { readManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { digestOf, mayMove } from './store.ts';
import type { Registry, Repository, StoredManifest } from './store.ts';

type NewImage = {
  readonly bytes: Uint8Array;
  readonly mediaType: string | undefined;
  readonly tag: string | undefined;
  /** Digest that the client expects. */
  readonly digest: string | undefined;
};

/** Keeps a manifest and moves the tag to it, after all of ECR's checks. Used by PutImage and by a push alike. */
export function putManifest(registry: Registry, repository: Repository, image: NewImage): StoredManifest {
  const manifest = readManifest(image.bytes, image.mediaType);
  if (manifest === undefined) {
    throw new AwsError(
      'InvalidParameterException',
      "Invalid parameter at 'imageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
    );
  }
  const digest = digestOf(image.bytes);
  if (image.digest !== undefined && image.digest !== digest) {
    throw new AwsError(
      'ImageDigestDoesNotMatchException',
      `The specified image digest ${image.digest} does not match the digest calculated by the registry, ${digest}`,
    );
  }
  checkReferences(registry, repository, manifest);
  checkTag(repository, image.tag, digest);
  const stored = repository.manifests.get(digest) ?? newManifest(registry, repository, digest, image.bytes, manifest);
  repository.manifests.set(digest, stored);
  if (image.tag !== undefined) repository.imageTags.set(image.tag, digest);
  return stored;
}

function newManifest(
  registry: Registry,
  { scanOnPush }: Repository,
  digest: string,
  bytes: Uint8Array,
  manifest: Manifest,
): StoredManifest {
  const pushed = registry.now();
  return { digest, bytes, manifest, pushed, scanned: scanOnPush && manifest.kind === 'image' ? pushed : undefined };
}

/** An index needs its children, an image its config and layers, in the same repository and before it. */
function checkReferences(registry: Registry, repository: Repository, manifest: Manifest): void {
  const inRepository = `in repository with name '${repository.name}' in registry with id '${registry.account}'`;
  if (manifest.kind === 'index') {
    const missing = manifest.manifests.map((it) => it.digest).filter((it) => !repository.manifests.has(it));
    if (missing.length === 0) return;
    throw new AwsError(
      'ReferencedImagesNotFoundException',
      `Images with digests '[${missing.join(', ')}]' required for pushing image into repository with name '${repository.name}' in registry with id '${registry.account}' do not exist`,
    );
  }
  const missing = [manifest.config, ...manifest.layers]
    .map((it) => it.digest)
    .filter((it) => !repository.blobs.has(it));
  if (missing.length > 0) {
    throw new AwsError(
      'LayersNotFoundException',
      `Layers with digests '[${missing.join(', ')}]' required for pushing image do not exist ${inRepository}`,
    );
  }
}

function checkTag(repository: Repository, tag: string | undefined, digest: string): void {
  const tagged = tag === undefined ? undefined : repository.imageTags.get(tag);
  if (tag === undefined || tagged === undefined || tagged === digest || mayMove(repository, tag)) return;
  throw new AwsError(
    'ImageTagAlreadyExistsException',
    `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
  );
}
