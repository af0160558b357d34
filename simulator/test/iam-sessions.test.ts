import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { inProcessHandler } from '../transport/in-process.ts';
import { account, errorOf, jobRole } from './account.ts';

const allow = (Action: string, Resource = '*') => ({ Effect: 'Allow', Action, Resource });
const roleArn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

const because = (action: string) => `because no identity-based policy allows the ${action} action`;

/** An account with the role `deploy`, and clients of a session of it. */
async function session(...statements: object[]) {
  const { cloud, clientsOf } = account();
  await cloud.provision([jobRole('*', statements)]);
  const { AccessKeyId, SecretAccessKey, Token } = cloud.iam.sessionFor(roleArn('deploy'), 'run-1');
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
  const requestHandler = inProcessHandler(cloud) as never;
  return {
    cloud,
    ...clientsOf(credentials),
    configuration: { region: 'eu-west-1', credentials, maxAttempts: 1, requestHandler },
  };
}

describe('a denial says what AWS says', () => {
  const whom = 'User: arn:aws:sts::111122223333:assumed-role/deploy/run-1 is not authorized to perform: ';

  test('with a star where the action knows no resources', async () => {
    const { configuration } = await session();
    const error = await errorOf(new ECSClient(configuration).send(new ListTaskDefinitionsCommand({})));
    const action = 'ecs:ListTaskDefinitions';
    expect(error.message).toBe(`${whom}${action} on resource: * ${because(action)}`);
  });

  test('without a resource where the service names none', async () => {
    const { secrets, configuration } = await session();
    const error = await errorOf(secrets.send(new ListSecretsCommand({})));
    expect(error.message).toBe(`${whom}secretsmanager:ListSecrets ${because('secretsmanager:ListSecrets')}`);
    const { message } = await errorOf(new EC2Client(configuration).send(new DescribeSubnetsCommand({})));
    expect(message).toContain(`${whom}ec2:DescribeSubnets ${because('ec2:DescribeSubnets')}`);
  });

  test('and that it was denied, not only not allowed', async () => {
    const { secrets } = await session(allow('*'), { ...allow('secretsmanager:List*'), Effect: 'Deny' });
    const error = await errorOf(secrets.send(new ListSecretsCommand({})));
    expect(error.message).toBe(`${whom}secretsmanager:ListSecrets with an explicit deny in an identity-based policy`);
  });
});

describe('an object that is missing', () => {
  const missing = { Bucket: 'data', Key: 'none' };
  const bucket = { id: 'bucket', type: 'AWS::S3::Bucket', properties: { BucketName: 'data' } } as const;

  test('is denied to who may not list the bucket', async () => {
    const { cloud, s3 } = await session(allow('s3:GetObject', 'arn:aws:s3:::data/*'));
    await cloud.provision([bucket]);
    const error = await errorOf(s3.send(new GetObjectCommand(missing)));
    expect(error.name).toBe('AccessDenied');
    expect(error.message).toContain('s3:ListBucket on resource: arn:aws:s3:::data ');
    expect((await errorOf(s3.send(new HeadObjectCommand(missing)))).$metadata?.httpStatusCode).toBe(403);
  });

  test('is said to be missing to who may', async () => {
    const { cloud, s3 } = await session(
      allow('s3:GetObject', 'arn:aws:s3:::data/*'),
      allow('s3:ListBucket', 'arn:aws:s3:::data'),
    );
    await cloud.provision([bucket]);
    expect((await errorOf(s3.send(new GetObjectCommand(missing)))).name).toBe('NoSuchKey');
  });
});

describe('a role becomes another', () => {
  const ofAccount = 'arn:aws:iam::111122223333:root';

  test('when the trust names it', async () => {
    const { cloud, sts } = await session();
    await cloud.provision([target(roleArn('deploy'))]);
    expect((await assume(sts)).AssumedRoleUser?.Arn).toBe('arn:aws:sts::111122223333:assumed-role/target/next');
  });

  test('when the trust names the account, and its own policies allow it', async () => {
    const { cloud, sts } = await session(allow('sts:AssumeRole', roleArn('target')));
    await cloud.provision([target(ofAccount)]);
    expect((await assume(sts)).Credentials).toBeDefined();
    expect((await errorOf(assume(sts, 7200))).message).toContain('role chaining');
  });

  test.each<[string, string, object[]]>([
    ['its own policies do not allow it', ofAccount, []],
    ['they allow another role', ofAccount, [allow('sts:AssumeRole', roleArn('other'))]],
    ['the trust names somebody else', roleArn('other'), [allow('sts:AssumeRole')]],
  ])('and not when %s', async (_what, principal, statements) => {
    const { cloud, sts } = await session(...statements);
    await cloud.provision([target(principal)]);
    const error = await errorOf(assume(sts));
    expect(error).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    expect(error.message).toContain(`is not authorized to perform: sts:AssumeRole on resource: ${roleArn('target')}`);
  });
});

describe('ECS becomes the role of a task', () => {
  test('only for whom the trust says', async () => {
    const { cloud } = account();
    await cloud.provision([
      trusting({
        StringEquals: { 'aws:SourceAccount': '111122223333' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:eu-west-1:111122223333:*' },
      }),
    ]);
    const becomes = (id: string, service = 'ecs-tasks.amazonaws.com') =>
      cloud.iam.trusts(roleArn('task'), { kind: 'Service', id: service }, 'ecs:task-start', forAccount(id));
    expect(becomes('111122223333')).toBe(true);
    expect(becomes('444455556666')).toBe(false);
    expect(becomes('111122223333', 'ec2.amazonaws.com')).toBe(false);
    const verdicts = cloud.iam.authorizations().map(({ principal, verdict }) => [principal, verdict]);
    expect(verdicts).toEqual([
      ['ecs-tasks.amazonaws.com', 'allowed'],
      ['ecs-tasks.amazonaws.com', 'not allowed'],
      ['ec2.amazonaws.com', 'not allowed'],
    ]);
  });
});

const target = (principal: string) => ({
  id: 'target',
  type: 'AWS::IAM::Role' as const,
  properties: {
    RoleName: 'target',
    MaxSessionDuration: 43_200,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' },
    },
  },
});

const assume = (sts: STSClient, DurationSeconds?: number) =>
  sts.send(new AssumeRoleCommand({ RoleArn: roleArn('target'), RoleSessionName: 'next', DurationSeconds }));

const trusting = (condition: object) => ({
  id: 'task',
  type: 'AWS::IAM::Role' as const,
  properties: {
    RoleName: 'task',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'ecs-tasks.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: condition,
      },
    },
  },
});

const forAccount = (id: string) => ({
  'aws:SourceAccount': id,
  'aws:SourceArn': `arn:aws:ecs:eu-west-1:${id}:task-definition/web:1`,
});
