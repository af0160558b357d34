import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { inProcess } from '../../rehearsal/in-process.ts';
import { simulateAws } from '../../simulator/aws.ts';
import { signedToken } from '../../simulator/services/github/tokens.ts';
import { alone } from './alone.ts';
import {
  forgedByName,
  forgedByNumber,
  job,
  prod,
  trustedByName,
  trustedByNumber,
  type Claims,
  type Role,
} from './tokens.ts';
import { judgeService, judgeToken, rolesOf, type TemplateRole } from './iam.ts';

// Who may take which role: each token is judged by two readings of AWS's rules, iam-simulate's and the simulator's STS.

/** As the example says it, and with everything that a manifest may say of GitHub. */
const github = 'repository: example/smartboard # the only repository that may deploy here';
const strict = `repository: example/smartboard
      repository-id: '123456789'
      owner-id: '98765'
      branches: [main, release/*]
      workflows:
        - example/slipway/.github/workflows/deploy.yml@refs/tags/v1
        - example/slipway/.github/workflows/deploy.yml@0123456789abcdef0123456789abcdef01234567
        - example/smartboard/.github/workflows/rollback.yml@refs/heads/main`;
const byName = rolesOf(alone.delivery());
const byNumber = rolesOf(alone.delivery([github, strict]));

describe('where the manifest names only the repository', () => {
  test.each(trustedByName)('the role to %s is taken by %s', async (role, _, claims) => {
    expect(await judges(byName, role, claims)).toEqual({ iam: 'allowed', sts: 'allowed' });
  });

  test.each(forgedByName)('the role to %s is refused to %s', async (role, _, claims) => {
    expect(await judges(byName, role, claims)).toEqual({ iam: 'denied', sts: 'denied' });
  });
});

describe('where the manifest says numbers, branches and workflows', () => {
  test.each(trustedByNumber)('the role to %s is taken by %s', async (role, _, claims) => {
    expect(await judges(byNumber, role, claims)).toEqual({ iam: 'allowed', sts: 'allowed' });
  });

  test.each(forgedByNumber)('the role to %s is refused to %s', async (role, _, claims) => {
    expect(await judges(byNumber, role, claims)).toEqual({ iam: 'denied', sts: 'denied' });
  });
});

describe('execution and task roles', () => {
  const roles = [...rolesOf(alone.platform())];
  const ecs = { 'aws:SourceAccount': '111122223333', 'aws:SourceArn': 'arn:aws:ecs:eu-west-1:111122223333:task/x' };

  test('are two for each service, taken by tasks of this account and region alone', () => {
    expect(roles).toHaveLength(18);
    for (const [name, role] of roles) {
      expect([name, judgeService(role, 'ecs-tasks.amazonaws.com', ecs)]).toEqual([name, 'allowed']);
    }
  });

  test.each([
    ['another service of AWS', 'lambda.amazonaws.com', ecs],
    ['tasks of another account', 'ecs-tasks.amazonaws.com', { ...ecs, 'aws:SourceAccount': '999999999999' }],
    [
      'tasks of another region',
      'ecs-tasks.amazonaws.com',
      { ...ecs, 'aws:SourceArn': 'arn:aws:ecs:eu-central-1:111122223333:task/x' },
    ],
    ['tasks of nobody', 'ecs-tasks.amazonaws.com', {}],
  ])('are refused to %s', (_, service, keys) => {
    expect(roles.filter(([, role]) => judgeService(role, service, keys) !== 'denied')).toEqual([]);
  });
});

test('A token of another issuer is refused, whatever it claims.', () => {
  const provider = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com/mallory';
  expect(judgeToken(roleTo('deploy', byName), job(prod), provider)).toBe('denied');
});

test('A provider that the account has already is trusted by its own name.', () => {
  const provider = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com/example';
  const template = alone.delivery([github, `repository: example/smartboard\n      provider: ${provider}`]);
  const made = rolesOf(template);
  template.resourceCountIs('AWS::IAM::OIDCProvider', 0);
  expect(judgeToken(roleTo('deploy', made), job(prod), provider)).toBe('allowed');
  expect(judgeToken(roleTo('deploy', made), job(prod))).toBe('denied');
});

test('All that a token must claim stands in one statement, compared by equality save where the manifest has a pattern.', () => {
  for (const made of [byName, byNumber]) {
    for (const role of ['build', 'deploy', 'infra', 'plan'] as const) {
      const { Statement } = roleTo(role, made).trust as { Statement: { Condition: Record<string, object> }[] };
      expect(Statement).toHaveLength(1);
      const { StringEquals, StringLike = {}, ...others } = Statement[0]!.Condition;
      expect(others).toEqual({});
      expect(Object.keys(StringEquals!)).toContain('token.actions.githubusercontent.com:aud');
      const patterns = Object.values(StringLike).flat() as string[];
      expect(
        patterns.every((it) => /^(?:repo:[^*]+:ref:)?refs\/heads\/(?:main|release\/\*)$|^repo:[^*]+$/.test(it)),
      ).toBe(true);
    }
  }
});

function roleTo(role: Role, made: typeof byName): TemplateRole {
  return made.get(`smartboard-prod-${role}`)!;
}

async function judges(made: typeof byName, role: Role, claims: Claims) {
  const taken = roleTo(role, made);
  return { iam: judgeToken(taken, claims), sts: await askSts(taken, claims) };
}

/** Signs the claims as GitHub would and brings the token to the simulated STS, in an account that has the role. */
async function askSts({ arn, trust }: TemplateRole, claims: Claims): Promise<'allowed' | 'denied'> {
  const RoleName = `${arn.split('/').at(-1)!}-${++count}`;
  await cloud.provision([
    { id: RoleName, type: 'AWS::IAM::Role', properties: { RoleName, AssumeRolePolicyDocument: trust } },
  ]);
  const now = Math.floor(cloud.clock.now() / 1000);
  const token = signedToken(keyId, { ...claims, iss: issuer, iat: now, nbf: now, exp: now + 300 });
  const RoleArn = `${arn}-${count}`;
  const asked = sts.send(
    new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'forged', WebIdentityToken: token }),
  );
  return asked.then(
    () => 'allowed',
    (error: Error) => {
      if (['AccessDenied', 'InvalidIdentityTokenException'].includes(error.name)) return 'denied';
      throw error;
    },
  );
}

let count = 0;
const cloud = simulateAws({ seed: 1 });
const sts = new STSClient({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' },
  requestHandler: inProcess(cloud),
});
const { issuer } = cloud.github;
const keyId = cloud.github.keys()[0]!.kid;
