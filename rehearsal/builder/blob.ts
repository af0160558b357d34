import { createHash } from 'node:crypto';

/** Bytes as a registry keeps them. */
export type Blob = { readonly mediaType: string; readonly digest: string; readonly bytes: Uint8Array };

/** How one blob speaks of another. */
export type Descriptor = { readonly mediaType: string; readonly digest: string; readonly size: number };

export function blobOf(mediaType: string, bytes: Uint8Array): Blob {
  return { mediaType, digest: sha256(bytes), bytes };
}

export function jsonBlob(mediaType: string, value: unknown): Blob {
  return blobOf(mediaType, Buffer.from(JSON.stringify(value)));
}

export function describeBlob({ mediaType, digest, bytes }: Blob): Descriptor {
  return { mediaType, digest, size: bytes.length };
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
