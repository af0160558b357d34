import { describe, expect, test } from '@jest/globals';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import type { VirtualClock } from '../clock.ts';
import { account, errorOf } from './account.ts';

const token = (digit: number) => String(digit).repeat(32);

function secrets() {
  const { secrets: client, cloud } = account();
  const create = (Name: string, SecretString = 'value', ClientRequestToken = token(1)) =>
    client.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken }));
  const read = (SecretId: string, extra = {}) => client.send(new GetSecretValueCommand({ SecretId, ...extra }));
  return { client, cloud, create, read };
}

test('a secret gets an ARN with six random characters', async () => {
  const { ARN } = await secrets().create('smartboard/prod/database');
  expect(ARN).toMatch(
    /^arn:aws:secretsmanager:eu-west-1:111122223333:secret:smartboard\/prod\/database-[A-Za-z0-9]{6}$/,
  );
});

describe('a partial ARN', () => {
  test('finds a secret', async () => {
    const { create, read } = secrets();
    const { ARN } = await create('smartboard/prod/database');
    await expect(read(ARN!.slice(0, -7))).resolves.toMatchObject({ ARN });
  });

  test.each(['jwt-secret', 'session-secret', 'microsoft-client-secret'])(
    'finds nothing for %s, whose end looks like a suffix',
    async (name) => {
      const { create, read } = secrets();
      const { ARN } = await create(name);
      expect((await errorOf(read(ARN!.slice(0, -7)))).name).toBe('ResourceNotFoundException');
      await expect(read(name)).resolves.toMatchObject({ ARN });
    },
  );
});

test('a repeated request is the same secret, another value under the same token is not', async () => {
  const { create } = secrets();
  const first = await create('a', 'one');
  expect((await create('a', 'one')).VersionId).toBe(first.VersionId);
  expect((await errorOf(create('a', 'two'))).name).toBe('ResourceExistsException');
});

test('a new value takes AWSCURRENT and leaves AWSPREVIOUS to the one before', async () => {
  const { client, create, read } = secrets();
  await create('a', 'one');
  const put = { SecretId: 'a', SecretString: 'two', ClientRequestToken: token(2) };
  await client.send(new PutSecretValueCommand(put));
  await client.send(new PutSecretValueCommand(put));
  expect((await read('a')).SecretString).toBe('two');
  expect((await read('a', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one');
  const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: 'a' }));
  expect(VersionIdsToStages).toEqual({ [token(1)]: ['AWSPREVIOUS'], [token(2)]: ['AWSCURRENT'] });
});

test('a batch answers what it has and lists what it has not', async () => {
  const { client, create } = secrets();
  await create('a', 'one');
  const { SecretValues, Errors } = await client.send(new BatchGetSecretValueCommand({ SecretIdList: ['a', 'b'] }));
  expect(SecretValues!.map(({ SecretString }) => SecretString)).toEqual(['one']);
  expect(Errors).toEqual([
    {
      SecretId: 'b',
      ErrorCode: 'ResourceNotFoundException',
      Message: "Secrets Manager can't find the specified secret.",
    },
  ]);
  const tooMany = Array.from({ length: 21 }, (_, at) => `s${at}`);
  const error = await errorOf(client.send(new BatchGetSecretValueCommand({ SecretIdList: tooMany })));
  expect(error.name).toBe('ValidationException');
});

test('a deleted secret cannot be read or made again, but restored until its window is over', async () => {
  const { client, cloud, create, read } = secrets();
  await create('a');
  await client.send(new DeleteSecretCommand({ SecretId: 'a', RecoveryWindowInDays: 7 }));
  expect((await errorOf(read('a'))).message).toContain('marked for deletion');
  expect((await errorOf(create('a'))).message).toContain('already scheduled for deletion');
  await client.send(new RestoreSecretCommand({ SecretId: 'a' }));
  await expect(read('a')).resolves.toMatchObject({ SecretString: 'value' });
  await client.send(new DeleteSecretCommand({ SecretId: 'a', RecoveryWindowInDays: 7 }));
  await (cloud.clock as VirtualClock).advance(7 * 86_400_000);
  expect((await errorOf(read('a'))).name).toBe('ResourceNotFoundException');
  await expect(create('a')).resolves.toBeDefined();
});

test('a list can be narrowed to a prefix of the name', async () => {
  const { client, create } = secrets();
  for (const name of ['app/prod/derived/a', 'app/prod/derived/b', 'app/dev/x']) await create(name);
  const Filters = [{ Key: 'name' as const, Values: ['app/prod/'] }];
  const { SecretList } = await client.send(new ListSecretsCommand({ Filters, SortOrder: 'asc' }));
  expect(SecretList!.map(({ Name }) => Name)).toEqual(['app/prod/derived/a', 'app/prod/derived/b']);
});

async function stored() {
  const { cloud, create, client } = secrets();
  const { ARN } = await create('database', JSON.stringify({ password: 'p:w', port: 5432 }));
  const put = { SecretId: 'database', SecretString: '{"password":"new"}', ClientRequestToken: token(2) };
  await client.send(new PutSecretValueCommand(put));
  return { arn: ARN!, valueFrom: (text: string) => cloud.secrets.valueFrom(text) };
}

describe('valueFrom of a task definition', () => {
  test('is the whole secret, one key, one stage or one version of it', async () => {
    const { arn, valueFrom } = await stored();
    expect(valueFrom(arn)).toBe('{"password":"new"}');
    expect(valueFrom(`${arn}:password::`)).toBe('new');
    expect(valueFrom(`${arn}:password:AWSPREVIOUS:`)).toBe('p:w');
    expect(valueFrom(`${arn}:port::${token(1)}`)).toBe('5432');
  });

  test('says what is missing, and never the secret', async () => {
    const { arn, valueFrom } = await stored();
    expect(() => valueFrom(`${arn}:user::`)).toThrow(
      'retrieved secret from Secrets Manager did not contain json key user',
    );
    expect(() => valueFrom(`${arn}:password:OTHER:`)).toThrow(/staging label: OTHER/);
    expect(() => valueFrom(`${arn}x`)).toThrow(/ResourceNotFoundException: Secrets Manager can't find/);
  });
});

test('a provisioned secret can be generated into a template', async () => {
  const { cloud, read } = secrets();
  const { S: made } = await cloud.provision([
    {
      id: 'S',
      type: 'AWS::SecretsManager::Secret',
      properties: {
        Name: 'database',
        GenerateSecretString: {
          SecretStringTemplate: '{"username":"smartboard"}',
          GenerateStringKey: 'password',
          ExcludePunctuation: true,
          PasswordLength: 40,
        },
      },
    },
  ]);
  const value = JSON.parse((await read(made!.ref)).SecretString!);
  expect(value).toEqual({ username: 'smartboard', password: expect.stringMatching(/^[A-Za-z0-9]{40}$/) });
});
