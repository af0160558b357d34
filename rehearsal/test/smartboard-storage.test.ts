import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { smartboard } from './smartboard-world.ts';

type Presign = (request: {
  method: string;
  url: URL;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  expiresSeconds: number;
  now?: Date;
}) => URL;
type Storage = {
  ready(): Promise<void>;
  uploadUrl(key: string): Promise<URL>;
  read(key: string): Promise<Buffer | undefined>;
};

const { presign } = (await import(`${smartboard}packages/storage/sign.js`)) as { presign: Presign };
const { openStorage } = (await import(`${smartboard}packages/storage/index.js`)) as {
  openStorage: (environment: Readonly<Record<string, string>>) => Storage;
};

test('a presigned URL is the one of the AWS documentation', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  const signed = presign({
    method: 'GET',
    url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
    expiresSeconds: 86_400,
    now: new Date('2013-05-24T00:00:00Z'),
  });
  const signature = signed.searchParams.get('X-Amz-Signature');
  expect(signature).toBe('aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404');
});

test('uploads go to the bucket at AWS with the credentials of the task role', async () => {
  const agent = createServer((request, response) => {
    const session = {
      AccessKeyId: 'ASIATASK',
      SecretAccessKey: 'secret',
      Token: 'token',
      Expiration: '2100-01-01T00:00:00Z',
    };
    response.end(request.headers.authorization === 'pass' ? JSON.stringify(session) : '{}');
  }).listen(0, '127.0.0.1');
  await once(agent, 'listening');
  const { port } = agent.address() as { port: number };
  const storage = openStorage({
    MINIO_BUCKET_DATASETS: 'smartboard-datasets-prod',
    AWS_REGION: 'eu-west-1',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/v2/credentials/1`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'pass',
  });
  const url = await storage.uploadUrl("uploads/it's one");
  expect(url.origin + url.pathname).toBe(
    'https://smartboard-datasets-prod.s3.eu-west-1.amazonaws.com/uploads/it%27s%20one',
  );
  expect(url.searchParams.get('X-Amz-Security-Token')).toBe('token');
  agent.close();
  agent.closeAllConnections();
});

test('storage without a bucket or without credentials is not ready', async () => {
  await expect(openStorage({}).ready()).rejects.toThrow('not set: MINIO_BUCKET_DATASETS');
  await expect(openStorage({ MINIO_BUCKET_DATASETS: 'datasets' }).ready()).rejects.toThrow('the task has no role');
});
