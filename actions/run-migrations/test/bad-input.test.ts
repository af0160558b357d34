import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { putParameter } from '../../../lib/aws/ssm.ts';
import { pushImage } from '../../../rehearsal/test/stage/push-image.ts';
import { migrate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';

// This action has no inputs for cluster, task definition, container, overrides, subnets and security groups: all of them
// come from infra's contract and from config-env's file, and so do their bad values here. SQL is not looked into.

let stage: Stage;
beforeEach(async () => void (stage = await openStage({ manifest: smallManifest })));
afterEach(() => stage.close());

/** How a run has ended; one that is refused has neither set an output nor made a call that changes anything. */
function end(run: StepRun) {
  return { code: run.error?.code, outputs: run.outputs, writes: stage.writes() };
}

const refused = (code: string) => ({ code, outputs: {}, writes: [] });

const badInputs: readonly [title: string, inputs: Record<string, string>, code: string][] = [
  ['an empty environment', { environment: '' }, 'E_INPUT'],
  ['an environment that is not there', { environment: 'staging' }, 'E_INPUT'],
  ['a service that is not there', { services: 'svc-auht' }, 'E_INPUT'],
  ['a line for a shell', { command: 'pnpm db:migrate && rm -rf /' }, 'E_POLICY'],
  ['an empty command', { command: '[]' }, 'E_INPUT'],
  ['a command with a NUL', { command: '["node","a\\u0000"]' }, 'E_INPUT'],
  ['a time-out of zero', { 'timeout-minutes': '0' }, 'E_INPUT'],
  ['a time-out with a unit', { 'timeout-minutes': '10m ' }, 'E_INPUT'],
  ['a tag instead of a digest', { images: '{"svc-auth":"latest"}' }, 'E_POLICY'],
  ['an image of another service only', { images: `{"web":"sha256:${'a'.repeat(64)}"}` }, 'E_INPUT'],
  ['a config that is not there', { config: '/nowhere/config.json' }, 'E_INPUT'],
  ["another region than the manifest's", { 'aws-region': 'us-east-1' }, 'E_SCOPE'],
  ['a role of another account', { 'role-to-assume': 'arn:aws:iam::444455556666:role/x' }, 'E_SCOPE'],
  ['a phase of its own', { phase: 'both' }, 'E_INPUT'],
  ['a policy of its own', { 'on-lost-task': 'retry' }, 'E_INPUT'],
];

test.each(badInputs)('%s is refused before anything is changed', async (_title, inputs, code) => {
  const prepared = await prepareRelease(stage);
  stage.forgetCalls();
  const run = await migrate(stage, prepared, inputs);
  expect(end(run)).toEqual(refused(code));
  const long = Object.values(inputs).filter((value) => value.length > 20);
  expect(long.filter((value) => run.error?.message.includes(value))).toEqual([]);
});

const subnets = (count: number) =>
  Array.from({ length: count }, (_, at) => `subnet-0123456789abcde${at.toString(16).padStart(2, '0')}`);
const network = { vpc: 'vpc-0123456789abcdef0', subnets: subnets(2), assignPublicIp: 'DISABLED' };

const badContracts: readonly [title: string, part: string, value: unknown][] = [
  ['no name of the cluster', 'cluster', { name: '', capacityProviders: ['FARGATE'] }],
  ['a cluster with a line break', 'cluster', { name: 'smartboard\nprod', capacityProviders: ['FARGATE'] }],
  ['no subnets', 'network', { ...network, subnets: [] }],
  ['a subnet that is none', 'network', { ...network, subnets: ['subnet-xyz'] }],
  ['seventeen subnets', 'network', { ...network, subnets: subnets(17) }],
  ['no JSON', 'network', 'x'],
];

test.each(badContracts)(
  'infra that publishes %s is refused before anything is changed',
  async (_title, part, value) => {
    const prepared = await prepareRelease(stage);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    await putParameter(stage.aws, { name: `/smartboard/prod/infra/${part}`, value: text, overwrite: true });
    stage.forgetCalls();
    expect(end(await migrate(stage, prepared))).toEqual(refused('E_STATE'));
  },
);

type Change = (config: any) => unknown;
const auth = (change: (migration: any) => void) => (config: any) => {
  change(config.services['svc-auth'].migrations[0]);
  return config;
};

const badConfigs: readonly [title: string, change: Change, code: string][] = [
  ['of another account', (config) => ({ ...config, account: '444455556666' }), 'E_SCOPE'],
  ['of another environment', (config) => ({ ...config, environment: 'staging' }), 'E_SCOPE'],
  ['of another shape', (config) => ({ ...config, schema: 2 }), 'E_INPUT'],
  ['without the service', (config) => ({ ...config, services: {} }), 'E_INPUT'],
  ['that is no object', () => [], 'E_INPUT'],
  ['with LD_PRELOAD', auth(({ environment }) => (environment.LD_PRELOAD = '/x.so')), 'E_POLICY'],
  ['with credentials', auth(({ environment }) => (environment.AWS_SECRET_ACCESS_KEY = 'x')), 'E_POLICY'],
  ['with DEV_BYPASS_AUTH', auth(({ environment }) => (environment.DEV_BYPASS_AUTH = 'false')), 'E_POLICY'],
  ['with it in small letters', auth(({ secrets }) => (secrets.dev_bypass_auth = 'x')), 'E_POLICY'],
  ['with it in full width', auth(({ environment }) => (environment['ＤＥＶ_BYPASS_AUTH'] = '1')), 'E_POLICY'],
];

test.each(badConfigs)('a config %s is refused before anything is changed', async (_title, change, code) => {
  const prepared = await prepareRelease(stage);
  const config = JSON.parse(await readFile(prepared.inputs['config'] ?? '', 'utf8'));
  const file = join(stage.directory, 'changed.json');
  await writeFile(file, JSON.stringify(change(config)));
  stage.forgetCalls();
  expect(end(await migrate(stage, prepared, { config: file }))).toEqual(refused(code));
});

test.each(['DEV_BYPASS_AUTH=1', 'dev_bypass_auth=false', 'Dev_Bypass_Auth=', 'ＤＥＶ_BYPASS_AUTH=1'])(
  'an image that sets %s itself is refused before anything is changed',
  async (line) => {
    const prepared = await prepareRelease(stage);
    const digest = await pushImage(stage.cloud, 'smartboard-svc-auth', {}, { environment: ['PATH=/bin', line] });
    stage.forgetCalls();
    const run = await migrate(stage, prepared, { images: JSON.stringify({ ...prepared.images, 'svc-auth': digest }) });
    expect(end(run)).toEqual(refused('E_POLICY'));
  },
);

test('an image for another platform is refused before anything is changed', async () => {
  const prepared = await prepareRelease(stage);
  const digest = await pushImage(stage.cloud, 'smartboard-svc-auth', {}, { architecture: 'arm64' });
  stage.forgetCalls();
  const run = await migrate(stage, prepared, { images: JSON.stringify({ ...prepared.images, 'svc-auth': digest }) });
  expect(end(run)).toEqual(refused('E_STATE'));
});
