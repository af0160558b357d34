import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import type { WireRequest } from '../cloud.ts';
import { closeDrivers, driverWith, runTask } from './process-world.ts';

afterEach(closeDrivers);

const modules = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../node_modules');
const taskRoleArn = 'arn:aws:iam::111122223333:role/smartboard-prod-svc-datasets-task';
const session = {
  AccessKeyId: 'ASIATASK',
  SecretAccessKey: 'a secret',
  Token: 'a token',
  Expiration: '2030-01-01T00:00:00Z',
};

test.each(['addresses', 'ports'] as const)(
  'an SDK in a task finds its role and S3 (network of %s)',
  async (network) => {
    const asked: string[] = [];
    const requests: WireRequest[] = [];
    const driver = driverWith(
      { network },
      {
        iam: {
          sessionFor(roleArn, name) {
            asked.push(`${roleArn} ${name}`);
            return session;
          },
        },
        handle(request) {
          requests.push(request);
          return Promise.resolve({ status: 200, headers: { etag: '"1"' }, body: Buffer.from('') });
        },
      },
    );
    const code = `
    const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
    const client = new S3Client({});
    client.send(new PutObjectCommand({ Bucket: 'datasets', Key: 'a', Body: 'content' }))
      .then(() => console.log('put'), (error) => console.log(error.name, error.message))`;
    const seen = await runTask(
      driver,
      { 'app/index.js': code },
      { environment: { NODE_PATH: modules } },
      { taskRoleArn },
    );
    expect(await seen.line('put')).toBe('put');
    expect(asked).toEqual([`${taskRoleArn} ${seen.taskId}`]);
    const [request] = requests;
    expect(request).toMatchObject({ method: 'PUT', path: expect.stringMatching(/^\/datasets\/a\?/) });
    expect(request!.headers).toMatchObject({
      'x-amz-security-token': 'a token',
      authorization: expect.stringContaining('Credential=ASIATASK/'),
    });
  },
);

test('credentials are for the task that they were made for, and gone when it is', async () => {
  const driver = driverWith({}, { iam: { sessionFor: () => session } });
  const code =
    'console.log(process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI + " " + process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN)';
  const seen = await runTask(driver, { 'app/index.js': code }, {}, { taskRoleArn });
  const [url, authorization] = (await seen.line('http')).split(' ') as [string, string];
  const status = async (token: string) => (await fetch(url, { headers: { authorization: token } })).status;
  expect(await status(authorization)).toBe(200);
  expect(await status('another')).toBe(401);
  await seen.task.release();
  expect(await status(authorization)).toBe(401);
});
