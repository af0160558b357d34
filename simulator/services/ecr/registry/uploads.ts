import type { WireResponse } from '../../../cloud.ts';
import { AwsError } from '../../../operation.ts';
import { answer } from '../../../transport/answer.ts';
import { digestOf } from '../store.ts';
import type { Repository } from '../store.ts';
import type { RegistryCall } from './call.ts';

/** Begins an upload; with `digest` the body is the whole blob. A mount from another repository becomes an upload. */
export function startUpload(call: RegistryCall): WireResponse {
  const { registry, repository, query, request } = call;
  const target = registry.require(repository);
  const mounted = query.get('mount');
  if (mounted !== null && target.blobs.has(mounted)) return blobCreated(repository, mounted);
  const whole = query.get('digest');
  if (whole !== null) return keepBlob(target, whole, request.body);
  const id = registry.newUploadId();
  target.uploads.set(id, []);
  return accepted(repository, id, 0);
}

export function uploadPart(call: RegistryCall): WireResponse {
  const { registry, repository, reference, request } = call;
  const parts = requireUpload(registry.require(repository), reference);
  const start = /^(\d+)-\d+$/.exec(request.headers['content-range'] ?? '')?.[1];
  if (start !== undefined && Number(start) !== lengthOf(parts)) {
    throw new AwsError('BLOB_UPLOAD_INVALID', 'The upload continues at another place.', { status: 416 });
  }
  parts.push(request.body);
  return accepted(repository, reference, lengthOf(parts));
}

export function finishUpload(call: RegistryCall): WireResponse {
  const { registry, repository, reference, query, request } = call;
  const target = registry.require(repository);
  const parts = requireUpload(target, reference);
  const digest = query.get('digest');
  if (digest === null) throw new AwsError('DIGEST_INVALID', 'The digest is missing.', { status: 400 });
  const created = keepBlob(target, digest, Buffer.concat([...parts, request.body]));
  target.uploads.delete(reference);
  return created;
}

export function uploadStatus({ registry, repository, reference }: RegistryCall): WireResponse {
  const parts = requireUpload(registry.require(repository), reference);
  return { ...accepted(repository, reference, lengthOf(parts)), status: 204 };
}

export function cancelUpload({ registry, repository, reference }: RegistryCall): WireResponse {
  const target = registry.require(repository);
  requireUpload(target, reference);
  target.uploads.delete(reference);
  return answer(204, {});
}

function keepBlob(repository: Repository, digest: string, bytes: Uint8Array): WireResponse {
  if (digestOf(bytes) !== digest) {
    throw new AwsError('DIGEST_INVALID', 'The blob does not have the digest that was said.', { status: 400 });
  }
  if (!repository.blobs.has(digest)) repository.blobs.set(digest, bytes);
  return blobCreated(repository.name, digest);
}

function requireUpload(repository: Repository, id: string): Uint8Array[] {
  const parts = repository.uploads.get(id);
  if (parts === undefined)
    throw new AwsError('BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry', { status: 404 });
  return parts;
}

function blobCreated(repository: string, digest: string): WireResponse {
  return answer(201, { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest });
}

function accepted(repository: string, id: string, received: number): WireResponse {
  return answer(202, {
    location: `/v2/${repository}/blobs/uploads/${id}`,
    'docker-upload-uuid': id,
    range: `0-${Math.max(0, received - 1)}`,
  });
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
