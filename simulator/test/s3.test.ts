import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Readable } from 'node:stream';
import { simulateAws } from '../aws.ts';
import { scaledClock } from '../clock.ts';
import { errorOf, jobRole, root } from './account.ts';

const Bucket = 'smartboard-files';
let cloud: ReturnType<typeof simulateAws>;
let s3: S3Client;
let url: string;

beforeEach(async () => {
  cloud = simulateAws({ clock: scaledClock(1) });
  await cloud.provision([{ id: 'Files', type: 'AWS::S3::Bucket', properties: { BucketName: Bucket } }]);
  ({ url } = await cloud.listen({ port: 0 }));
  s3 = client(root);
});
afterEach(() => cloud.close());

const client = (credentials: object) =>
  new S3Client({
    endpoint: url,
    region: 'eu-west-1',
    credentials: credentials as never,
    forcePathStyle: true,
    maxAttempts: 1,
  });

test('an object comes back with its type and its metadata', async () => {
  const put = {
    Bucket,
    Key: 'reports/ü +.txt',
    Body: 'hello',
    ContentType: 'text/plain',
    Metadata: { origin: 'test' },
  };
  await s3.send(new PutObjectCommand(put));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: put.Key }));
  expect(await got.Body!.transformToString()).toBe('hello');
  expect([got.ContentType, got.Metadata]).toEqual(['text/plain', { origin: 'test' }]);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: put.Key }));
  expect(head.ContentLength).toBe(5);
});

test('a stream of unknown checksum is stored without its chunk framing', async () => {
  const put = {
    Bucket,
    Key: 'stream',
    Body: Readable.from([Buffer.from('one '), Buffer.from('two')]),
    ContentLength: 7,
  };
  await s3.send(new PutObjectCommand(put));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'stream' }));
  expect(await got.Body!.transformToString()).toBe('one two');
});

test('part of an object can be read', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: '0123456789' }));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'a', Range: 'bytes=2-4' }));
  expect([await got.Body!.transformToString(), got.ContentRange]).toEqual(['234', 'bytes 2-4/10']);
});

test('a list goes page by page and rolls folders up', async () => {
  for (const Key of ['a/1', 'a/2', 'b', 'c']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const first = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 2 }));
  expect(first.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
  expect(first.Contents!.map(({ Key }) => Key)).toEqual(['b']);
  const ContinuationToken = first.NextContinuationToken;
  const second = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', ContinuationToken }));
  expect([second.Contents!.map(({ Key }) => Key), second.IsTruncated]).toEqual([['c'], false]);
});

test('a deleted object is gone, and deleting it again is fine', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  expect((await errorOf(s3.send(new GetObjectCommand({ Bucket, Key: 'a' })))).name).toBe('NoSuchKey');
});

test('a bucket that is not there is an error', async () => {
  const error = await errorOf(s3.send(new HeadBucketCommand({ Bucket: 'nope' })));
  expect(error.$metadata!.httpStatusCode).toBe(404);
});

const presigned = (Key: string, expiresIn = 60) =>
  getSignedUrl(s3, new PutObjectCommand({ Bucket, Key }), { expiresIn });

describe('a presigned URL', () => {
  test('lets whoever has it put that object', async () => {
    const answer = await fetch(await presigned('upload'), { method: 'PUT', body: 'from a browser' });
    expect(answer.status).toBe(200);
    const got = await fetch(await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'upload' })));
    expect(await got.text()).toBe('from a browser');
  });

  test('is for that object only', async () => {
    const elsewhere = (await presigned('upload')).replace('/upload?', '/other?');
    const answer = await fetch(elsewhere, { method: 'PUT', body: 'x' });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
  });

  test('is for that method only', async () => {
    expect((await fetch(await presigned('upload'))).status).toBe(403);
  });

  test('ends', async () => {
    const past = new Date(Date.now() - 120_000);
    const old = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'a' }), {
      expiresIn: 60,
      signingDate: past,
    });
    const answer = await fetch(old, { method: 'PUT', body: 'x' });
    expect(await answer.text()).toContain('Request has expired');
  });
});

test('a role may touch only what its policies name', async () => {
  const own = { Effect: 'Allow', Action: ['s3:PutObject'], Resource: `arn:aws:s3:::${Bucket}/own/*` };
  await cloud.provision([jobRole('*', [own])]);
  const session = cloud.iam.sessionFor('arn:aws:iam::111122223333:role/deploy', 'task');
  const task = client({
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    sessionToken: session.Token,
  });
  await task.send(new PutObjectCommand({ Bucket, Key: 'own/a', Body: 'x' }));
  expect((await errorOf(task.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' })))).name).toBe('AccessDenied');
});
