import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { WireRequest } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';

export type Payload = { readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> };

/** What is stored: the body, or what the chunks of `aws-chunked` hold, with the trailer's headers. */
export function payloadOf({ headers, body }: WireRequest): Payload {
  if (headers['x-amz-content-sha256']?.startsWith('STREAMING-') !== true) return { bytes: body, headers };
  const { bytes, trailer } = unchunked(Buffer.from(body));
  const declared = headers['x-amz-decoded-content-length'];
  if (declared !== undefined && Number(declared) !== bytes.length) {
    throw new AwsError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  }
  return { bytes, headers: { ...headers, ...trailer } };
}

/** Takes `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n` … `0\r\n<trailer>` apart. Chunk signatures are not checked. */
function unchunked(body: Buffer): { bytes: Uint8Array; trailer: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(body.subarray(at, lineEnd).toString('latin1'), 16);
    if (Number.isNaN(size)) throw new AwsError('InvalidChunkSizeError', 'The chunks of the body cannot be read.');
    at = lineEnd + 2;
    if (size === 0) break;
    chunks.push(body.subarray(at, at + size));
    at += size + 2;
  }
  const lines = body
    .subarray(at)
    .toString('latin1')
    .split('\r\n')
    .filter((line) => line.includes(':'));
  const trailer = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return { bytes: Buffer.concat(chunks), trailer: Object.fromEntries(trailer) as Record<string, string> };
}

const checksums: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  'x-amz-checksum-crc32': (bytes) => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32(bytes));
    return value.toString('base64');
  },
  'x-amz-checksum-sha1': (bytes) => createHash('sha1').update(bytes).digest('base64'),
  'x-amz-checksum-sha256': (bytes) => createHash('sha256').update(bytes).digest('base64'),
  'content-md5': (bytes) => createHash('md5').update(bytes).digest('base64'),
};

/** Throws BadDigest when a checksum that came with the bytes is not theirs. */
export function verifyChecksums({ bytes, headers }: Payload): void {
  for (const [name, checksum] of Object.entries(checksums)) {
    if (headers[name] === undefined || headers[name] === checksum(bytes)) continue;
    throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`);
  }
}

/** Request headers that belong to the object. */
export function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept =
    /^(content-type|content-encoding|content-language|content-disposition|cache-control|expires|x-amz-meta-.+|x-amz-checksum-.+)$/;
  const entries = Object.entries(headers)
    .filter(([name]) => kept.test(name) && name !== 'x-amz-checksum-mode')
    .map(
      ([name, value]) => [name, name === 'content-encoding' ? value.replace(/aws-chunked,?\s*/, '') : value] as const,
    )
    .filter(([, value]) => value !== '');
  return Object.fromEntries(entries);
}
