import { createHash, createHmac } from 'node:crypto';
import type { WireRequest } from '../cloud.ts';

/** What a signed request says about its signature, from the Authorization header or from a presigned URL's query. */
export type SignatureClaim = {
  readonly accessKeyId: string;
  /** `20260101/eu-west-1/ecs/aws4_request`, taken apart. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20260101T000000Z`. */
  readonly timestamp: string;
  readonly sessionToken: string | undefined;
  /** Seconds that a presigned URL is good for; undefined when the header is signed. */
  readonly presignedFor: number | undefined;
};

/** Reads the claim; undefined when the request is not signed at all, `malformed` when it cannot be read. */
export function signatureClaim(request: WireRequest): SignatureClaim | 'malformed' | undefined {
  const query = queryOf(request.path);
  const header = request.headers['authorization'];
  if (header?.startsWith('AWS4-HMAC-SHA256 ') === true) return claimInHeader(header, request);
  if (query.get('X-Amz-Algorithm') === 'AWS4-HMAC-SHA256') return claimInQuery(query);
  return undefined;
}

function claimInHeader(header: string, request: WireRequest): SignatureClaim | 'malformed' {
  const part = (name: string) => new RegExp(`${name}=([^,\\s]+)`).exec(header)?.[1];
  return claim({
    credential: part('Credential'),
    signedHeaders: part('SignedHeaders'),
    signature: part('Signature'),
    timestamp: request.headers['x-amz-date'],
    sessionToken: request.headers['x-amz-security-token'],
    presignedFor: undefined,
  });
}

function claimInQuery(query: URLSearchParams): SignatureClaim | 'malformed' {
  const value = (name: string) => query.get(name) ?? undefined;
  return claim({
    credential: value('X-Amz-Credential'),
    signedHeaders: value('X-Amz-SignedHeaders'),
    signature: value('X-Amz-Signature'),
    timestamp: value('X-Amz-Date'),
    sessionToken: value('X-Amz-Security-Token'),
    presignedFor: Number(value('X-Amz-Expires') ?? Number.NaN),
  });
}

function claim(found: {
  credential: string | undefined;
  signedHeaders: string | undefined;
  signature: string | undefined;
  timestamp: string | undefined;
  sessionToken: string | undefined;
  presignedFor: number | undefined;
}): SignatureClaim | 'malformed' {
  const [accessKeyId, date, region, service, ending] = found.credential?.split('/') ?? [];
  const { signedHeaders, signature, timestamp, sessionToken, presignedFor } = found;
  if (accessKeyId === undefined || date === undefined || region === undefined || service === undefined) {
    return 'malformed';
  }
  if (ending !== 'aws4_request' || signedHeaders === undefined || signature === undefined) return 'malformed';
  if (timestamp === undefined || !/^\d{8}T\d{6}Z$/.test(timestamp) || Number.isNaN(presignedFor)) return 'malformed';
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders.split(';'),
    signature,
    timestamp,
    sessionToken,
    presignedFor,
  };
}

/** Signature version 4 of the request with this secret (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html). */
export function signatureOf(request: WireRequest, from: SignatureClaim, secret: string): string {
  const scope = `${from.date}/${from.region}/${from.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', from.timestamp, scope, sha256(canonicalRequest(request, from))].join('\n');
  return hmac(signingKey(from, secret), toSign).toString('hex');
}

function signingKey(from: SignatureClaim, secret: string): Buffer {
  return [from.date, from.region, from.service, 'aws4_request'].reduce<Buffer>(
    (key, part) => hmac(key, part),
    Buffer.from(`AWS4${secret}`),
  );
}

function canonicalRequest(request: WireRequest, from: SignatureClaim): string {
  const headers = from.signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}\n`,
  );
  return [
    request.method,
    canonicalPath(request.path, from.service),
    canonicalQuery(request.path),
    headers.join(''),
    from.signedHeaders.join(';'),
    payloadHash(request, from),
  ].join('\n');
}

/** S3 signs the path as sent; every other service signs it encoded once more. */
function canonicalPath(path: string, service: string): string {
  const raw = path.split('?', 1)[0]!;
  return service === 's3' ? raw : raw.split('/').map(encode).join('/');
}

function canonicalQuery(path: string): string {
  return [...queryOf(path)]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([oneName, oneValue], [otherName, otherValue]) => order(oneName, otherName) || order(oneValue, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function payloadHash(request: WireRequest, from: SignatureClaim): string {
  const declared = request.headers['x-amz-content-sha256'];
  if (declared !== undefined) return declared;
  return from.presignedFor !== undefined && from.service === 's3' ? 'UNSIGNED-PAYLOAD' : sha256(request.body);
}

/** A plus sign in a query is a plus sign to AWS, not a space. */
function queryOf(path: string): URLSearchParams {
  const at = path.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : path.slice(at + 1).replaceAll('+', '%2B'));
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const order = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer, data: string) => createHmac('sha256', key).update(data).digest();
