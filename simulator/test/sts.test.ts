import { beforeEach, describe, expect, test } from '@jest/globals';
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { VirtualClock } from '../clock.ts';
import { account, ask, errorOf, jobRole } from './account.ts';

const roleArn = 'arn:aws:iam::111122223333:role/deploy';
let world: ReturnType<typeof account>;

beforeEach(async () => {
  world = account();
  await world.cloud.provision([jobRole('repo:octo-org/smartboard:environment:prod')]);
});

async function tokenFor(job: Record<string, unknown>, audience = 'sts.amazonaws.com'): Promise<string> {
  const { json: access } = await ask(world.cloud, '/_simulator/github', { method: 'POST', body: job });
  const path = access.url.replace('http://127.0.0.1:4566', '');
  const answer = await ask(world.cloud, `${path}&audience=${audience}`, {
    headers: { authorization: `bearer ${access.token}` },
  });
  return answer.json.value;
}

const assume = (WebIdentityToken: string, extra = {}) =>
  world.sts.send(
    new AssumeRoleWithWebIdentityCommand({ RoleArn: roleArn, RoleSessionName: 'run-1', WebIdentityToken, ...extra }),
  );

test('a job whose subject the role trusts gets a session of that role', async () => {
  const { Credentials: made, SubjectFromWebIdentityToken } = await assume(await tokenFor({ environment: 'prod' }));
  expect(SubjectFromWebIdentityToken).toBe('repo:octo-org/smartboard:environment:prod');
  expect(made!.Expiration!.getTime()).toBe(world.cloud.clock.now() + 3_600_000);
  const session = world.clientsOf({
    accessKeyId: made!.AccessKeyId!,
    secretAccessKey: made!.SecretAccessKey!,
    sessionToken: made!.SessionToken!,
  });
  const { Arn } = await session.sts.send(new GetCallerIdentityCommand({}));
  expect(Arn).toBe('arn:aws:sts::111122223333:assumed-role/deploy/run-1');
});

describe('a token is refused', () => {
  const cases: [string, () => Promise<unknown>, string, number][] = [
    ['of another subject', async () => assume(await tokenFor({ environment: 'dev' })), 'AccessDenied', 403],
    ['of a pull request', async () => assume(await tokenFor({ event_name: 'pull_request' })), 'AccessDenied', 403],
    [
      'for a role that is not there',
      async () => assume(await tokenFor({ environment: 'prod' }), { RoleArn: `${roleArn}-x` }),
      'AccessDenied',
      403,
    ],
    [
      'for another audience',
      async () => assume(await tokenFor({ environment: 'prod' }, 'vault')),
      'InvalidIdentityTokenException',
      400,
    ],
    ['that is no token', () => assume('abcd'), 'InvalidIdentityTokenException', 400],
    [
      'for longer than the role allows',
      async () => assume(await tokenFor({ environment: 'prod' }), { DurationSeconds: 43_200 }),
      'ValidationError',
      400,
    ],
  ];
  test.each(cases)('%s', async (_, call, name, status) => {
    const error = await errorOf(call());
    expect({ name: error.name, status: error.$metadata?.httpStatusCode }).toEqual({ name, status });
  });

  test('whose claims were changed after signing', async () => {
    const [head, , signature] = (await tokenFor({ environment: 'dev' })).split('.');
    const [, wanted] = (await tokenFor({ environment: 'prod' })).split('.');
    const error = await errorOf(assume(`${head}.${wanted}.${signature}`));
    expect(error.message).toBe('The ID Token provided is not a valid JWT. (Signature does not match.)');
  });

  test('that was made more than five minutes ago', async () => {
    const { cloud } = world;
    const token = await tokenFor({ environment: 'prod' });
    await (cloud.clock as VirtualClock).advance(301_000);
    expect((await errorOf(assume(token))).name).toBe('ExpiredTokenException');
  });
});

describe('a trust may ask for every claim that STS looks at', () => {
  const key = 'token.actions.githubusercontent.com';
  const job = { environment: 'prod', enterprise_id: '7' };
  test.each(
    Object.entries({
      actor: 'octocat',
      actor_id: '1',
      aud: 'sts.amazonaws.com',
      enterprise_id: '7',
      environment: 'prod',
      job_workflow_ref: 'octo-org/smartboard/.github/workflows/deploy.yml@refs/heads/main',
      ref: 'refs/heads/main',
      repository: 'octo-org/smartboard',
      repository_id: '123456789',
      repository_owner_id: '98765',
      sub: 'repo:octo-org/smartboard:environment:prod',
      workflow: 'Deploy',
    }),
  )('%s', async (claim, value) => {
    const trusting = async (wanted: string) => {
      world = account();
      const { properties, ...role } = jobRole('repo:octo-org/*');
      const { Statement } = properties.AssumeRolePolicyDocument;
      const Condition = { ...Statement.Condition, StringLikeIfExists: { [`${key}:${claim}`]: wanted } };
      const AssumeRolePolicyDocument = { Version: '2012-10-17', Statement: { ...Statement, Condition } };
      await world.cloud.provision([{ ...role, properties: { ...properties, AssumeRolePolicyDocument } }]);
      return assume(await tokenFor(job));
    };
    await expect(trusting(value)).resolves.toBeDefined();
    expect((await errorOf(trusting(`${value}x`))).name).toBe('AccessDenied');
  });

  test('and a colon in the name of an environment cannot forge a subject', async () => {
    const token = await tokenFor({ environment: 'prod:ref:refs/heads/main' });
    const { sub } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sub: string };
    expect(sub).toBe('repo:octo-org/smartboard:environment:prod%3Aref%3Arefs/heads/main');
  });
});

test('a repository made since July 2026 has ids in its subject', async () => {
  world = account();
  await world.cloud.provision([jobRole('repo:octo-org@98765/smartboard@123456789:ref:refs/heads/main')]);
  await expect(assume(await tokenFor({ immutable_subject: true }))).resolves.toBeDefined();
  expect((await errorOf(assume(await tokenFor({})))).name).toBe('AccessDenied');
});

test('a job without its request token gets no identity', async () => {
  const { status } = await ask(world.cloud, '/_github/token?audience=sts.amazonaws.com');
  expect(status).toBe(401);
});
