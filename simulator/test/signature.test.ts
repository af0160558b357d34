import { expect, test } from '@jest/globals';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { scaledClock } from '../clock.ts';
import type { VirtualClock } from '../clock.ts';
import { inProcessHandler } from '../transport/in-process.ts';
import { account, ask, errorOf, jobRole, root } from './account.ts';

const wrongSecret = { ...root, secretAccessKey: 'guessed' };
const unknownKey = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
const read = new GetParameterCommand({ Name: '/a' });

test.each([
  ['wrong secret, JSON', wrongSecret, 'ssm', 'InvalidSignatureException', 400],
  ['wrong secret, Query', wrongSecret, 'sts', 'SignatureDoesNotMatch', 403],
  ['wrong secret, S3', wrongSecret, 's3', 'SignatureDoesNotMatch', 403],
  ['unknown key, JSON', unknownKey, 'ssm', 'UnrecognizedClientException', 400],
  ['unknown key, Query', unknownKey, 'sts', 'InvalidClientTokenId', 403],
  ['unknown key, S3', unknownKey, 's3', 'InvalidAccessKeyId', 403],
] as const)('%s', async (_, credentials, service, name, status) => {
  const clients = account().clientsOf(credentials);
  const calls = {
    ssm: () => clients.ssm.send(read),
    sts: () => clients.sts.send(new GetCallerIdentityCommand({})),
    s3: () => clients.s3.send(new ListObjectsV2Command({ Bucket: 'any' })),
  };
  const error = await errorOf(calls[service]());
  expect({ name: error.name, status: error.$metadata?.httpStatusCode }).toEqual({ name, status });
});

test('an unsigned call is told so', async () => {
  const answer = await ask(account().cloud, '/', {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSSM.GetParameter' },
    body: { Name: '/a' },
  });
  expect(answer.json.__type).toBe('MissingAuthenticationTokenException');
});

test('a body that was changed on the way does not carry its signature', async () => {
  const { cloud, clientsOf } = account();
  const tampering = {
    handle: (request: any) =>
      cloud.handle({ ...request, body: Buffer.from('{"Name":"/b","Value":"y","Type":"String"}') }),
    clock: cloud.clock,
  };
  const { ssm } = clientsOf(root, { requestHandler: inProcessHandler(tampering) });
  const error = await errorOf(ssm.send(new PutParameterCommand({ Name: '/a', Value: 'x', Type: 'String' })));
  expect(error.name).toMatch(/InvalidSignatureException|XAmzContentSHA256Mismatch/);
});

test('a client of another region is refused', async () => {
  const { ssm } = account().clientsOf(root, { region: 'us-east-1' });
  expect((await errorOf(ssm.send(read))).message).toContain('valid region');
});

test('a client whose clock is 20 minutes ahead is refused by the wall clock', async () => {
  const { ssm } = account({ clock: scaledClock(1) }).clientsOf(root, { systemClockOffset: 20 * 60_000 });
  expect((await errorOf(ssm.send(read))).name).toBe('InvalidSignatureException');
});

test('a session ends when its hour is over', async () => {
  const { cloud, clientsOf } = account();
  await cloud.provision([jobRole('*')]);
  const session = cloud.iam.sessionFor('arn:aws:iam::111122223333:role/deploy', 'run-1');
  const { sts } = clientsOf({
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    sessionToken: session.Token,
  });
  await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
  await (cloud.clock as VirtualClock).advance(3_600_000);
  expect((await errorOf(sts.send(new GetCallerIdentityCommand({})))).name).toBe('ExpiredToken');
});
