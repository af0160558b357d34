import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { simulateAws } from '../aws.ts';
import { account, ask } from './account.ts';

const paths = fc.oneof(
  fc.webUrl({ withQueryParameters: true }).map((url) => url.replace(/^https?:\/\/[^/]*/, '') || '/'),
  fc.string().map((text) => `/${text}`),
  fc.constantFrom('/v2/%zz/manifests/x', '/v2//blobs/uploads/', '//', '/bucket/%E0%A4%A', '/_github/', '/_simulator/'),
  fc.string().map((text) => `/v2/${encodeURIComponent(text)}/manifests/latest`),
);
const headers = fc.dictionary(
  fc.constantFrom(
    'authorization',
    'x-amz-target',
    'content-type',
    'x-amz-date',
    'host',
    'range',
    'x-amz-content-sha256',
  ),
  fc.oneof(
    fc.string(),
    fc.constantFrom(
      'AmazonSSM.GetParameter',
      'AmazonEC2ContainerServiceV20141113.__proto__',
      'application/x-www-form-urlencoded',
      'AWS4-HMAC-SHA256 Credential=simulator/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0',
      'Basic QVdTOng=',
      '20260101T000000Z',
    ),
  ),
);

test('whatever is sent is answered, and never as a failure of the simulator itself', async () => {
  const cloud = simulateAws();
  const requests = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS'),
    path: paths,
    headers,
    body: fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
    ),
  });
  await fc.assert(
    fc.asyncProperty(requests, async (request) => {
      const { status } = await cloud.handle(request);
      expect([status >= 400, status === 500]).toEqual([true, false]);
    }),
    { numRuns: 300 },
  );
});

test('a path that cannot be decoded is a bad request', async () => {
  expect((await ask(account().cloud, '/v2/%zz/tags/list')).status).toBe(400);
});
