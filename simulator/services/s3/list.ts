import type { WireResponse } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { xmlAnswer } from '../../transport/answer.ts';
import { xmlElements } from '../../transport/xml.ts';
import type { StoredObject } from './buckets.ts';
import type { S3Call } from './call.ts';

const keysPerPage = 1000;

type Entry = { readonly key: string; readonly object: StoredObject | undefined };

/** ListObjectsV2: keys in byte order, those below a delimiter rolled up into one common prefix. */
export function listObjects({ buckets, bucket, query }: S3Call): WireResponse {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const size = Math.min(Number(query.get('max-keys') ?? keysPerPage), keysPerPage);
  if (Number.isNaN(size))
    throw new AwsError('InvalidArgument', 'Provided max-keys not an integer or within integer range');
  const token = query.get('continuation-token');
  const startAfter =
    token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString('utf8');

  const all = rolledUp([...buckets.require(bucket).objects.values()], prefix, delimiter);
  const remaining = all.filter(({ key }) => key > startAfter);
  const shown = remaining.slice(0, size);
  const isTruncated = shown.length < remaining.length;
  const body = {
    Name: bucket,
    Prefix: prefix,
    Delimiter: delimiter === '' ? undefined : delimiter,
    MaxKeys: size,
    KeyCount: shown.length,
    IsTruncated: isTruncated,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: isTruncated ? Buffer.from(shown.at(-1)?.key ?? '').toString('base64url') : undefined,
    StartAfter: query.get('start-after') ?? undefined,
    Contents: shown.flatMap(({ object }) => (object === undefined ? [] : [content(object)])),
    CommonPrefixes: shown.flatMap(({ key, object }) => (object === undefined ? [{ Prefix: key }] : [])),
  };
  const element = 'ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return xmlAnswer(200, xmlElements({ [element]: body }, { flat: true }), { 'content-type': 'application/xml' });
}

function content({ key, modified, etag, bytes }: StoredObject) {
  return { Key: key, LastModified: modified, ETag: etag, Size: bytes.length, StorageClass: 'STANDARD' };
}

function rolledUp(objects: readonly StoredObject[], prefix: string, delimiter: string): Entry[] {
  const entries = new Map<string, Entry>();
  for (const object of objects.filter(({ key }) => key.startsWith(prefix))) {
    const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    const key = end < 0 ? object.key : object.key.slice(0, end + delimiter.length);
    entries.set(key, { key, object: end < 0 ? object : undefined });
  }
  return [...entries.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}
