import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PutBucketCorsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { simulateAws } from '../aws.ts';
import { scaledClock } from '../clock.ts';
import { root } from './account.ts';

const Bucket = 'smartboard-files';
const rule = { AllowedOrigins: ['https://app.example', 'https://*.preview.example'], AllowedMethods: ['PUT'] };
let cloud: ReturnType<typeof simulateAws>;
let url: string;

beforeEach(async () => {
  cloud = simulateAws({ clock: scaledClock(1) });
  const CorsConfiguration = { CorsRules: [{ ...rule, AllowedHeaders: ['content-*'], MaxAge: 3600 }] };
  const properties = { BucketName: Bucket, CorsConfiguration };
  await cloud.provision([{ id: 'Files', type: 'AWS::S3::Bucket', properties }]);
  ({ url } = await cloud.listen({ port: 0 }));
});
afterEach(() => cloud.close());

function ask(origin: string, method: string, headers?: string): Promise<Response> {
  const asked = headers === undefined ? {} : { 'access-control-request-headers': headers };
  return fetch(`${url}/${Bucket}/upload`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': method, ...asked },
  });
}

test.each([['https://app.example'], ['https://pr-7.preview.example']])('a page of %s may put', async (origin) => {
  const answer = await ask(origin, 'PUT', 'content-type');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  expect(answer.headers.get('access-control-max-age')).toBe('3600');
});

test.each([
  ['another origin', 'https://app.example.evil', 'PUT', undefined],
  ['another method', 'https://app.example', 'DELETE', undefined],
  ['another header', 'https://app.example', 'PUT', 'content-type, authorization'],
])('%s is told no', async (_, origin, method, headers) => {
  const answer = await ask(origin, method, headers);
  expect(answer.status).toBe(403);
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  expect(await answer.text()).toContain('AccessForbidden');
});

test('the answer to a presigned put can be read by the page that sent it, and by no other', async () => {
  const s3 = new S3Client({ endpoint: url, region: 'eu-west-1', credentials: root, forcePathStyle: true });
  const signed = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'upload' }));
  const put = (origin: string) => fetch(signed, { method: 'PUT', body: 'x', headers: { origin } });
  const own = await put('https://app.example');
  expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([200, 'https://app.example']);
  expect((await put('https://elsewhere.example')).headers.get('access-control-allow-origin')).toBeNull();
});

test('rules can be put over those that a bucket has', async () => {
  const s3 = new S3Client({ endpoint: url, region: 'eu-west-1', credentials: root, forcePathStyle: true });
  const put = {
    AllowedOrigins: ['https://one.example', 'https://two.example'],
    AllowedMethods: ['PUT'],
    MaxAgeSeconds: 60,
  };
  await s3.send(
    new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [{ ...put, AllowedHeaders: ['*'] }] } }),
  );
  const answer = await ask('https://two.example', 'PUT', 'content-type');
  expect([answer.status, answer.headers.get('access-control-max-age')]).toEqual([200, '60']);
  expect((await ask('https://app.example', 'PUT', 'content-type')).status).toBe(403);
  const wrong = s3.send(
    new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [{ ...put, AllowedMethods: ['PATCH'] }] } }),
  );
  await expect(wrong).rejects.toMatchObject({ name: 'MalformedXML' });
});
