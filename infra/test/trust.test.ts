import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { inProcess } from '../../rehearsal/in-process.ts';
import { simulateAws } from '../../simulator/aws.ts';
import { claimsOf, jobShape } from '../../simulator/services/github/claims.ts';
import { signedToken } from '../../simulator/services/github/tokens.ts';
import { alone } from './alone.ts';
import { judgeService, judgeToken, rolesOf, type TemplateRole } from './iam.ts';

// Who may take which role: each token is judged by two readings of AWS's rules, iam-simulate's and the simulator's STS.

type Role = 'build' | 'deploy' | 'infra' | 'plan';
type Claims = Readonly<Record<string, string>>;

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
const atTag = 'example/slipway/.github/workflows/deploy.yml@refs/tags/v1';

/** Claims of a job of the example's repository, as GitHub would sign them. */
function job(described: Readonly<Record<string, unknown>> = {}): Claims {
  const claims = claimsOf(jobShape.parse({ repository: 'example/smartboard', ...described }));
  return { aud: 'sts.amazonaws.com', ...claims };
}

const called = (described: Readonly<Record<string, unknown>> = {}) => job({ job_workflow_ref: atTag, ...described });
const numbered = (described: Readonly<Record<string, unknown>> = {}) =>
  called({ immutable_subject: true, ...described });
const release = { ref: 'refs/heads/release/7' };
const feature = { ref: 'refs/heads/feature' };
const prod = { environment: 'prod' };
const registry = { environment: 'prod-registry' };
const pullRequest = { event_name: 'pull_request', ref: 'refs/pull/7/merge' };

describe('where the manifest names only the repository', () => {
  const legitimate: [Role, string, Claims][] = [
    ['deploy', 'a push to main', job(prod)],
    ['deploy', 'a workflow called at a tag', called(prod)],
    [
      'deploy',
      'a workflow called at a commit',
      job({ ...prod, job_workflow_ref: atTag.replace(/@.*/, `@${'a'.repeat(40)}`) }),
    ],
    [
      'deploy',
      'a single action in a workflow of its own',
      job({ ...prod, job_workflow_ref: 'example/smartboard/.github/workflows/rollback.yml@refs/heads/main' }),
    ],
    ['deploy', 'a rollback from another branch, which the environment may forbid', job({ ...prod, ...feature })],
    ['infra', 'a push to main', job(prod)],
    ['infra', 'registries and roles, which have an environment of their own', job(registry)],
    ['build', 'a push to main', job()],
    ['build', 'a workflow called at a tag', called()],
    ['plan', 'a pull request', job(pullRequest)],
    ['plan', 'the daily look for drift on main', job({ event_name: 'schedule' })],
    ['plan', 'a plan in the environment', job({ ...prod, ...feature })],
  ];
  test.each(legitimate)('the role to %s is taken by %s', async (role, _, claims) => {
    expect(await judges(byName, role, claims)).toEqual({ iam: 'allowed', sts: 'allowed' });
  });

  const forged: [Role, string, Claims][] = [
    ['deploy', 'another repository of the owner', job({ ...prod, repository: 'example/other' })],
    ['deploy', 'a repository whose name goes on', job({ ...prod, repository: 'example/smartboard-fork' })],
    ['deploy', 'an owner whose name goes on', job({ ...prod, repository: 'example-evil/smartboard' })],
    ['deploy', 'a fork of the same name', job({ ...prod, repository: 'mallory/smartboard' })],
    ['deploy', 'the same name in other letters', job({ ...prod, repository: 'Example/Smartboard' })],
    ['deploy', 'another environment', job({ environment: 'staging' })],
    ['deploy', 'an environment whose name goes on', job({ environment: 'prod2' })],
    ['deploy', 'the environment in other letters', job({ environment: 'Prod' })],
    ['deploy', 'the environment of the registries, where nobody is asked', job(registry)],
    ['deploy', 'main without environment, as the build has it', job()],
    ['deploy', 'a pull request', job(pullRequest)],
    ['deploy', 'a tag', job({ ref: 'refs/tags/v1' })],
    ['deploy', 'another audience', { ...job(prod), aud: 'vault' }],
    ['deploy', 'no audience', without(job(prod), 'aud')],
    ['deploy', 'no subject', without(job(prod), 'sub')],
    ['deploy', 'a subject that goes on', { ...job(prod), sub: 'repo:example/smartboard:environment:prod:x' }],
    ['deploy', 'a subject with a line break', { ...job(prod), sub: 'repo:example/smartboard:environment:prod\n' }],
    ['deploy', 'a subject with a wildcard', { ...job(prod), sub: 'repo:example/*:environment:prod' }],
    ['deploy', 'a subject that is a wildcard', { ...job(prod), sub: '*' }],
    ['deploy', 'numbers that the manifest does not say', job({ ...prod, immutable_subject: true })],
    ['infra', 'main without environment: what a build runs could else provision', job()],
    ['infra', 'the environment on an unreviewed branch', job({ ...prod, ...feature })],
    ['infra', 'the registries’ environment on an unreviewed branch', job({ ...registry, ...feature })],
    ['infra', 'a tag called like the branch', job({ ...prod, ref: 'refs/tags/main' })],
    ['infra', 'a token that says no branch', without(job(prod), 'ref')],
    ['infra', 'a pull request', job(pullRequest)],
    ['infra', 'a pull request that names the environment', job({ ...prod, ...pullRequest })],
    ['infra', 'another repository', job({ ...prod, repository: 'example/other' })],
    ['build', 'an unreviewed branch', job(feature)],
    ['build', 'a branch whose name goes on', job({ ref: 'refs/heads/main2' })],
    ['build', 'a tag called like the branch', job({ ref: 'refs/tags/main' })],
    ['build', 'a pull request', job(pullRequest)],
    ['build', 'the environment', job(prod)],
    ['build', 'another repository', job({ repository: 'example/other' })],
    ['plan', 'an unreviewed branch without environment', job(feature)],
    ['plan', 'a pull request of another repository', job({ ...pullRequest, repository: 'mallory/smartboard' })],
    ['plan', 'a tag', job({ ref: 'refs/tags/v1' })],
  ];
  test.each(forged)('the role to %s is refused to %s', async (role, _, claims) => {
    expect(await judges(byName, role, claims)).toEqual({ iam: 'denied', sts: 'denied' });
  });
});

describe('where the manifest says numbers, branches and workflows', () => {
  const legitimate: [Role, string, Claims][] = [
    ['deploy', 'a push to main, named', called(prod)],
    ['deploy', 'a push to main, numbered', numbered(prod)],
    ['deploy', 'a branch that a pattern names', numbered({ ...prod, ...release })],
    [
      'deploy',
      'the commit that is listed',
      numbered({ ...prod, job_workflow_ref: atTag.replace(/@.*/, '@0123456789abcdef0123456789abcdef01234567') }),
    ],
    [
      'deploy',
      'a single action in the listed workflow',
      job({ ...prod, job_workflow_ref: 'example/smartboard/.github/workflows/rollback.yml@refs/heads/main' }),
    ],
    ['infra', 'the environment, named', called(prod)],
    ['infra', 'the registries’ environment, numbered', numbered(registry)],
    ['build', 'main, named', called()],
    ['build', 'main, numbered', numbered()],
    ['build', 'a branch that a pattern names', numbered(release)],
    ['plan', 'a pull request, named', called(pullRequest)],
    ['plan', 'a pull request, numbered', numbered(pullRequest)],
  ];
  test.each(legitimate)('the role to %s is taken by %s', async (role, _, claims) => {
    expect(await judges(byNumber, role, claims)).toEqual({ iam: 'allowed', sts: 'allowed' });
  });

  const forged: [Role, string, Claims][] = [
    ['deploy', 'a branch that is not named', numbered({ ...prod, ...feature })],
    ['deploy', 'a branch that only begins like one', numbered({ ...prod, ref: 'refs/heads/main2' })],
    ['deploy', 'a tag called like a branch', numbered({ ...prod, ref: 'refs/tags/main' })],
    ['deploy', 'a repository that took over the name', called({ ...prod, repository_id: '666' })],
    ['deploy', 'an owner who took over the name', called({ ...prod, repository_owner_id: '666' })],
    ['deploy', 'other numbers in the subject', numbered({ ...prod, repository_id: '666' })],
    ['deploy', 'no number of the repository', without(called(prod), 'repository_id')],
    [
      'deploy',
      'the numbers with another separator',
      { ...numbered(prod), sub: 'repo:example-98765/smartboard-123456789:environment:prod' },
    ],
    ['deploy', 'the workflow at another tag', called({ ...prod, job_workflow_ref: atTag.replace('v1', 'v2') })],
    ['deploy', 'the workflow at a branch', called({ ...prod, job_workflow_ref: atTag.replace('tags/v1', 'heads/v1') })],
    [
      'deploy',
      'the workflow at a commit that is not listed',
      called({ ...prod, job_workflow_ref: atTag.replace(/@.*/, `@${'f'.repeat(40)}`) }),
    ],
    [
      'deploy',
      'another workflow at the same tag',
      called({ ...prod, job_workflow_ref: atTag.replace('deploy.yml', 'other.yml') }),
    ],
    ['deploy', 'a fork of the workflow', called({ ...prod, job_workflow_ref: atTag.replace('example/', 'mallory/') })],
    ['deploy', 'no workflow', without(called(prod), 'job_workflow_ref')],
    ['infra', 'the environment on a branch that is not named', numbered({ ...prod, ...feature })],
    [
      'infra',
      'a workflow that is not listed',
      numbered({ ...registry, job_workflow_ref: atTag.replace('deploy.yml', 'build.yml') }),
    ],
    ['build', 'a branch that is not named', numbered(feature)],
    ['build', 'a branch that only ends like one', numbered({ ref: 'refs/heads/x/release/7' })],
    ['build', 'an owner whose name ends like ours', numbered({ ...release, repository: 'evil/smartboard' })],
    ['build', 'a workflow that is not listed', job()],
    [
      'plan',
      'a pull request of a repository that took over the name',
      called({ ...pullRequest, repository_id: '666' }),
    ],
  ];
  test.each(forged)('the role to %s is refused to %s', async (role, _, claims) => {
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

function without(claims: Claims, name: string): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name));
}
