import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { changeHead } from '../../../lib/aws/ledger/head.ts';
import { beginRelease, extendRelease } from '../../../lib/aws/ledger/records.ts';
import { registerTaskDefinition } from '../../../lib/aws/task-definition.ts';
import type { ResolvedConfig } from '../../../lib/core/config.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type RunWishes, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';
import { configEnv } from '../src/main.ts';

const where = { application: 'smartboard', environment: 'prod' };
const credentials = 'smartboard/rds/credentials';

let stage: Stage;
beforeEach(async () => void (stage = await openStage({ manifest: smallManifest })));
afterEach(() => stage.close());

const configure = (inputs: Record<string, string> = {}, wishes: RunWishes = {}) =>
  stage.run('config-env', configEnv, inputs, wishes);

async function configOf({ outputs, error }: StepRun): Promise<ResolvedConfig> {
  expect(error).toBeUndefined();
  return JSON.parse(await readFile(outputs['config'] ?? '', 'utf8')) as ResolvedConfig;
}

/** What deploy-ecs would write down of a good release with this configuration. */
async function released(id: string, { services, fingerprint }: ResolvedConfig): Promise<void> {
  const run = { repository: 'example/smartboard', workflow: '', id: '1', number: 1, attempt: 1, actor: 'octocat' };
  const scope = { account: '111122223333', region: 'eu-west-1', cluster: 'smartboard-prod' };
  const begun = { schema: 1, id, operation: 'deploy', commit: '', run, at: '', ...scope } as const;
  await beginRelease(stage.aws, where, { ...begun, previous: undefined, before: {} });
  const entries = Object.entries(services).map(async ([name, { derived, environment, secrets }]) => {
    const variables = {
      environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
      secrets: Object.entries(secrets).map(([key, valueFrom]) => ({ name: key, valueFrom })),
    };
    const definition = {
      family: name,
      requiresCompatibilities: ['FARGATE' as const],
      networkMode: 'awsvpc' as const,
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::111122223333:role/execution',
      containerDefinitions: [{ name, image: 'x', ...variables }],
    };
    const taskDefinition = await registerTaskDefinition(stage.aws, definition, {});
    const service = { service: name, repository: name, digest: '', taskDefinition };
    return [name, { ...service, derived: derived.map((one) => one.name) }] as const;
  });
  await extendRelease(stage.aws, where, id, {
    services: Object.fromEntries(await Promise.all(entries)),
    verdict: 'succeeded',
    fingerprint,
  });
  await changeHead(stage.aws, where, {
    decide: (head) => ({ current: id, good: [id, ...(head?.good ?? [])] }),
    nonce: () => id,
  });
}

const changeManifest = (text: string) => writeFile(join(stage.directory, 'slipway.yml'), text);
const rotate = (password: string) =>
  stage.byHand.putSecret(credentials, JSON.stringify({ username: 'smartboard', password }));
const databaseUrl = ({ services }: ResolvedConfig) =>
  stage.cloud.secrets.valueFrom(services['svc-auth']?.secrets['DATABASE_URL_AUTH'] ?? '');

const otherSchema = smallManifest.replace('?schema=auth', '?schema=other');

test('a rotation refreshes what the current release uses too, with the schema that it had', async () => {
  const first = await configOf(await configure());
  await released('one', first);
  await changeManifest(otherSchema);
  await rotate('n3w-pa55word');
  const second = await configOf(await configure());
  expect(databaseUrl(second)).toMatch(/:n3w-pa55word@.*schema=other$/);
  expect(databaseUrl(first)).toMatch(/:n3w-pa55word@.*schema=auth$/);
});

test('without a rotation the secrets of an earlier release are left alone', async () => {
  const first = await configOf(await configure());
  await released('one', first);
  await changeManifest(otherSchema);
  stage.forgetCalls();
  await configOf(await configure());
  expect(stage.writes()).toEqual(['CreateSecret']);
});

test('the secrets of an earlier release are masked like any other', async () => {
  await released('one', await configOf(await configure()));
  await changeManifest(otherSchema);
  await rotate('n3w-pa55word');
  const { masks } = await configure();
  expect([...masks].filter((mask) => mask.endsWith('schema=auth'))).not.toEqual([]);
});

test('a secret that is rotated while it is read is read again', async () => {
  stage.setFaults([{ operation: 'secretsmanager:BatchGetSecretValue', kind: 'delay', ms: 5_000, nth: 3 }]);
  let rotated = false;
  const onLine = (line: string) => {
    if (rotated || !line.includes('created')) return;
    rotated = true;
    void rotate('r0tated-0nce');
  };
  const run = await configure({}, { onLine });
  expect(databaseUrl(await configOf(run))).toContain(':r0tated-0nce@');
  expect(run.lines.join('\n')).toContain(`${credentials}: rotated meanwhile`);
});

test('a secret that is rotated again and again ends in an error, and nothing is handed on', async () => {
  stage.setFaults([{ operation: 'secretsmanager:BatchGetSecretValue', kind: 'delay', ms: 5_000, every: 3 }]);
  let times = 0;
  const onLine = (line: string) => {
    if (/created|refreshed/.test(line) && line.includes('DATABASE_URL')) void rotate(`r0tated-${times++}`);
  };
  const run = await configure({}, { onLine });
  expect(run.error).toMatchObject({ code: 'E_CONFIG', message: expect.stringContaining('rotated again and again') });
  expect(run.outputs).toEqual({});
});

test('names the variables that run and that the manifest no longer has', async () => {
  await released('one', await configOf(await configure()));
  await changeManifest(smallManifest.replace(/^ {6}AUTH_BASE_URL:.*\n/m, ''));
  const run = await configure();
  expect(run.lines).toContain('web.AUTH_BASE_URL: runs with it; the manifest no longer has it');
  expect(run.summary).toContain('gone from the manifest');
});

test('looks into no definition while nothing has changed, and stays within twenty calls', async () => {
  await released('one', await configOf(await configure()));
  const before = stage.calls.length;
  await configOf(await configure());
  const calls = stage.calls.slice(before);
  expect(calls.map(({ operation }) => operation)).not.toContain('DescribeTaskDefinition');
  expect(calls.length).toBeLessThanOrEqual(20);
});

test('parameters are inlined on request, with their version, and none that looks like a secret', async () => {
  const { services } = await configOf(await configure({ 'inline-parameters': 'true' }));
  expect(services['svc-auth']?.environment['NODE_ENV']).toBe('production');
  await changeManifest(smallManifest.replace('NODE_ENV: { parameter', 'API_KEY: { parameter'));
  const refused = await configure({ 'inline-parameters': 'true' });
  expect(refused.error).toMatchObject({ code: 'E_POLICY', message: expect.stringContaining('plain sight') });
});
