import type { WireRequest, WireResponse } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { answer } from '../../transport/answer.ts';
import type { StoredObject } from './buckets.ts';
import type { S3Call } from './call.ts';
import { keptHeaders, payloadOf, verifyChecksums } from './payload.ts';
import { listObjects } from './list.ts';
import { settingOperation, settings } from './settings.ts';
import type { S3Operation } from './settings.ts';

/** Query parameters that make another operation of the same method and path. */
const subresources = [
  'uploads',
  'uploadId',
  'acl',
  'tagging',
  'versions',
  'versionId',
  'policy',
  'lifecycle',
  'delete',
];

/** What S3 is asked for; an operation without `answer` is one that only AWS has. */
export function operationOf(method: string, call: S3Call): S3Operation {
  const { key, query, request } = call;
  const other = subresources.find((name) => query.has(name));
  if (other !== undefined) return { name: `${method}?${other}` };
  if (settings.some((name) => query.has(name))) return settingOperation(method, call);
  if (key === '') return bucketOperation(method, query);
  if (method === 'PUT' && request.headers['x-amz-copy-source'] !== undefined) return { name: 'CopyObject' };
  switch (method) {
    case 'PUT':
      return { name: 'PutObject', action: 's3:PutObject', answer: putObject };
    case 'GET':
      return { name: 'GetObject', action: 's3:GetObject', answer: getObject };
    case 'HEAD':
      return { name: 'HeadObject', action: 's3:GetObject', answer: headObject };
    case 'DELETE':
      return { name: 'DeleteObject', action: 's3:DeleteObject', answer: deleteObject };
    default:
      return { name: `${method} object` };
  }
}

function bucketOperation(method: string, query: URLSearchParams): S3Operation {
  if (method === 'HEAD') return { name: 'HeadBucket', action: 's3:ListBucket', answer: headBucket };
  if (method === 'GET' && query.get('list-type') === '2') {
    return { name: 'ListObjectsV2', action: 's3:ListBucket', answer: listObjects };
  }
  return { name: `${method} bucket` };
}

function putObject({ buckets, bucket, key, request }: S3Call): WireResponse {
  const target = buckets.require(bucket);
  if (Buffer.byteLength(key) > 1024) throw new AwsError('KeyTooLongError', 'Your key is too long');
  if (request.headers['if-none-match'] === '*' && target.objects.has(key)) throw preconditionFailed();
  const payload = payloadOf(request);
  verifyChecksums(payload);
  const object = buckets.put(target, key, payload.bytes, keptHeaders(payload.headers));
  return answer(200, { etag: object.etag, ...checksumsOf(object) });
}

function getObject(call: S3Call): WireResponse {
  const object = requireObject(call);
  const range = /^bytes=(\d+)-(\d*)$/.exec(call.request.headers['range'] ?? '');
  if (range === null) return answer(200, objectHeaders(object, call.request), object.bytes);
  const start = Number(range[1]);
  const end = Math.min(range[2] === '' ? Infinity : Number(range[2]), object.bytes.length - 1);
  if (start > end) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', { status: 416 });
  const headers = {
    ...objectHeaders(object, call.request),
    'content-range': `bytes ${start}-${end}/${object.bytes.length}`,
  };
  return answer(206, headers, object.bytes.subarray(start, end + 1));
}

function headObject(call: S3Call): WireResponse {
  const object = requireObject(call);
  return answer(200, { ...objectHeaders(object, call.request), 'content-length': String(object.bytes.length) });
}

function deleteObject({ buckets, bucket, key }: S3Call): WireResponse {
  buckets.require(bucket).objects.delete(key);
  return answer(204, {});
}

function headBucket({ buckets, bucket }: S3Call): WireResponse {
  buckets.require(bucket);
  return answer(200, {});
}

function requireObject({ buckets, bucket, key }: S3Call): StoredObject {
  const object = buckets.require(bucket).objects.get(key);
  if (object === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  return object;
}

function objectHeaders(object: StoredObject, request: WireRequest): Record<string, string> {
  const withChecksums = request.headers['x-amz-checksum-mode'] === 'ENABLED' && request.headers['range'] === undefined;
  const headers = Object.entries(object.headers).filter(
    ([name]) => withChecksums || !name.startsWith('x-amz-checksum-'),
  );
  return {
    'content-type': 'binary/octet-stream',
    ...Object.fromEntries(headers),
    etag: object.etag,
    'last-modified': object.modified.toUTCString(),
    'accept-ranges': 'bytes',
  };
}

function checksumsOf({ headers }: StoredObject): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-checksum-')));
}

function preconditionFailed(): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    status: 412,
  });
}
