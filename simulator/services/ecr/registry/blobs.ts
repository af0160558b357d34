import type { WireResponse } from '../../../cloud.ts';
import { AwsError } from '../../../operation.ts';
import { answer } from '../../../transport/answer.ts';
import type { RegistryCall } from './call.ts';

export function headBlob(call: RegistryCall): WireResponse {
  const bytes = requireBlob(call);
  return answer(200, { ...blobHeaders(call.reference), 'content-length': String(bytes.length) });
}

export function getBlob(call: RegistryCall): WireResponse {
  return answer(200, blobHeaders(call.reference), requireBlob(call));
}

function requireBlob({ registry, repository, reference }: RegistryCall): Uint8Array {
  const bytes = registry.require(repository).blobs.get(reference);
  if (bytes === undefined) throw new AwsError('BLOB_UNKNOWN', 'blob unknown to registry', { status: 404 });
  return bytes;
}

function blobHeaders(digest: string): Record<string, string> {
  return { 'content-type': 'application/octet-stream', 'docker-content-digest': digest };
}
