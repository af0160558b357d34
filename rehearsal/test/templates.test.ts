import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { readContract } from '../../lib/aws/ssm-contract.ts';
import { contractParameters } from '../../lib/core/contract.ts';
import { executionRoleName, roleName, taskRoleName } from '../../lib/core/names.ts';
import { changeDatabasePassword } from '../infra/database-password.ts';
import { doWhatPeopleDo } from '../infra/people.ts';
import { synthesise, type Synthesis } from '../infra/synthesis.ts';
import { deploy, migrate, prepareRelease, runningDigests } from './stage/release.ts';
import { openStage, type Stage } from './stage/stage.ts';

/**
 * The infra app's own templates in the embedded AWS, and the quick provisioner that stands for them in other tests: what
 * holds for one must hold for the other.
 */

let manifest: string;
let synthesis: Synthesis;
let templates: Stage;
let quick: Stage;

beforeAll(async () => {
  manifest = await readFile(new URL('../../examples/smartboard/slipway.yml', import.meta.url), 'utf8');
  quick = await openStage({ manifest });
  synthesis = await synthesise({ text: manifest, selected: quick.manifest }, new AbortController().signal);
  templates = await openStage({ manifest, templates: synthesis.stacks });
}, 120_000);
afterAll(() => Promise.all([quick.close(), templates.close()]));

test('all seven stacks stand, and everything that only looks so is named', () => {
  const stacks = templates.cloud.cloudformation.stacks();
  expect(stacks.map(({ name, status }) => [name.split('-').at(-1), status])).toEqual(
    ['registry', 'delivery', 'network', 'data', 'edge', 'platform', 'monitoring'].map((part) => [
      part,
      'CREATE_COMPLETE',
    ]),
  );
  const types = stacks.flatMap(({ notSimulated }) => notSimulated.map(({ type }) => type));
  expect(types).toEqual(expect.arrayContaining(['AWS::EC2::NatGateway', 'AWS::ElastiCache::ReplicationGroup']));
  // What the actions stand on is there.
  expect(
    types.filter((type) => /^AWS::(ECS|ECR|IAM|SSM|Logs|SecretsManager|ElasticLoadB|ServiceDis)/.test(type)),
  ).toEqual([]);
});

test('the templates publish the contract that the actions read, the same as the quick provisioner', async () => {
  const [published, quickly] = await Promise.all(
    [templates, quick].map(async (stage) => readContract(stage.aws, stage.manifest)),
  );
  expect(plain(published!)).toEqual(plain(quickly!));
});

/** A contract as its parameters, with ids that are drawn by chance told apart from each other no more. */
function plain(contract: Parameters<typeof contractParameters>[0]): Readonly<Record<string, string>> {
  const told = [...contractParameters(contract)].filter(([name]) => name !== 'hash');
  return Object.fromEntries(
    told.map(([name, text]) => [
      name,
      text
        .replaceAll(/\b(vpc|subnet|sg|srv)-[0-9a-z]+/g, '$1-…')
        .replaceAll(/targetgroup\/[^"]+/g, 'targetgroup/…')
        .replaceAll(/cluster-[0-9a-z]+\./g, 'cluster-….')
        .replaceAll(/"[^"]*not-simulated\.invalid"/g, '"….invalid"'),
    ]),
  );
}

/** Of every role that an action or a task has. */
const names = () => {
  const { application, environment, services } = quick.manifest;
  const where = { application, environment: environment.name };
  const ofServices = [...services.keys()].flatMap((name) => [
    executionRoleName(where, name),
    taskRoleName(where, name),
  ]);
  return [roleName(where, 'build'), roleName(where, 'deploy'), ...ofServices];
};
const roleOf = (stage: Stage, name: string) =>
  stage.cloud.iam.roleByArn(`arn:aws:iam::${stage.manifest.environment.account}:role/${name}`);

describe('the roles may do the same, and the same may take them', () => {
  test('policies', () => {
    for (const name of names())
      expect([name, grantsOf(roleOf(templates, name))]).toEqual([name, grantsOf(roleOf(quick, name))]);
  });

  test('trust', () => {
    for (const name of names())
      expect([name, roleOf(templates, name)?.trust]).toEqual([name, roleOf(quick, name)?.trust]);
  });

  test('and the API tells of them by their names', async () => {
    const { Role } = await templates.aws.send(
      new IAMClient(templates.aws.configuration),
      new GetRoleCommand({ RoleName: 'smartboard-prod-deploy' }),
    );
    expect(Role?.Arn).toBe('arn:aws:iam::111122223333:role/smartboard-prod-deploy');
  });
});

type Statement = {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: unknown;
};

/** One line for each action on each resource, however the statements are grouped and the policies split. */
function grantsOf(
  role: { readonly policies: readonly Readonly<Record<string, unknown>>[] } | undefined,
): readonly string[] {
  if (role === undefined) throw new Error('There is no such role.');
  const statements = role.policies.flatMap(({ Statement }) => [Statement].flat() as Statement[]);
  const lines = statements.flatMap(({ Effect, Action, Resource, Condition }) =>
    [Action]
      .flat()
      .flatMap((action) =>
        [Resource].flat().map((resource) => `${Effect} ${action} ${resource} ${JSON.stringify(Condition ?? {})}`),
      ),
  );
  return [...new Set(lines)].toSorted();
}

test('the password is one that breaks careless URLs, and the secret still says where the database is', async () => {
  const secrets = new SecretsManagerClient(templates.aws.configuration);
  const { SecretString = '' } = await templates.aws.send(
    secrets,
    new GetSecretValueCommand({ SecretId: 'smartboard/rds/credentials' }),
  );
  const value = JSON.parse(SecretString) as Record<string, unknown>;
  expect(value).toMatchObject({
    engine: 'postgres',
    port: 5432,
    dbname: 'smartboard',
    host: expect.stringContaining('.rds.amazonaws.com'),
  });
  expect(value['password']).toMatch(/%2F.*#\[\]$/);
});

test('a release runs on what the templates made, with the roles that they made', async () => {
  const release = await prepareRelease(templates);
  expect((await migrate(templates, release)).error).toBeUndefined();
  const { error, outputs } = await deploy(templates, release);
  expect([error, outputs['verdict']]).toEqual([undefined, 'succeeded']);
  expect(runningDigests(templates)).toEqual(
    Object.fromEntries(Object.entries(release.images).map(([name, digest]) => [`smartboard-${name}`, [digest]])),
  );
});

test('pages of this machine may upload as those that the manifest names', async () => {
  const origin = 'http://127.0.0.1:41234';
  await doWhatPeopleDo(templates.aws, { manifest: templates.manifest, missingSecrets: [], origin });
  const preflight = async (from: string) => {
    const headers = { host: '127.0.0.1', origin: from, 'access-control-request-method': 'PUT' };
    const path = '/smartboard-datasets-prod/key';
    return (await templates.cloud.handle({ method: 'OPTIONS', path, headers, body: new Uint8Array() })).status;
  };
  expect([await preflight(origin), await preflight('https://smartboard.example.com')]).toEqual([200, 200]);
  expect(await preflight('https://elsewhere.example')).toBe(403);
});

test('a password that RDS does not take is refused, and so is a cluster that is not there', async () => {
  await expect(changeDatabasePassword(templates.aws, 'smartboard-prod', 'with/a/slash')).rejects.toThrow(
    'not a password that RDS takes',
  );
  await expect(changeDatabasePassword(templates.aws, 'elsewhere', 'long enough')).rejects.toThrow(
    'DBCluster elsewhere not found.',
  );
});

test('nothing that a template depends on has changed: it comes from the cache', async () => {
  const again = await synthesise(
    { text: `${manifest}# a comment\n`, selected: quick.manifest },
    new AbortController().signal,
  );
  expect([again.from, again.stacks]).toEqual(['cache', synthesis.stacks]);
});
