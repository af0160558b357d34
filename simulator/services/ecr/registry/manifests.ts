import type { WireResponse } from '../../../cloud.ts';
import { AwsError } from '../../../operation.ts';
import { answer } from '../../../transport/answer.ts';
import { putManifest } from '../put-image.ts';
import type { StoredManifest } from '../store.ts';
import type { RegistryCall } from './call.ts';

export function headManifest(call: RegistryCall): WireResponse {
  const stored = requireManifest(call);
  return answer(200, { ...manifestHeaders(stored), 'content-length': String(stored.bytes.length) });
}

export function getManifest(call: RegistryCall): WireResponse {
  const stored = requireManifest(call);
  return answer(200, manifestHeaders(stored), stored.bytes);
}

export function putManifestRoute({ registry, repository, reference, request }: RegistryCall): WireResponse {
  const target = registry.require(repository);
  const byDigest = isDigest(reference);
  const stored = putManifest(registry, target, {
    bytes: request.body,
    mediaType: request.headers['content-type']?.split(';', 1)[0],
    tag: byDigest ? undefined : reference,
    digest: byDigest ? reference : undefined,
  });
  return answer(201, { ...manifestHeaders(stored), location: `/v2/${repository}/manifests/${stored.digest}` });
}

export function listTags({ registry, repository }: RegistryCall): WireResponse {
  const tags = [...registry.require(repository).imageTags.keys()].sort();
  return answer(200, { 'content-type': 'application/json' }, JSON.stringify({ name: repository, tags }));
}

function requireManifest({ registry, repository, reference }: RegistryCall): StoredManifest {
  const { manifests, imageTags } = registry.require(repository);
  const stored = manifests.get(isDigest(reference) ? reference : (imageTags.get(reference) ?? ''));
  if (stored === undefined) throw new AwsError('MANIFEST_UNKNOWN', 'Requested image not found', { status: 404 });
  return stored;
}

function manifestHeaders({ digest, manifest }: StoredManifest): Record<string, string> {
  return { 'content-type': manifest.type, 'docker-content-digest': digest };
}

function isDigest(reference: string): boolean {
  return reference.startsWith('sha256:');
}
