import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ResolvedConfig } from '../../../lib/core/config.ts';
import { inProcess } from '../../../rehearsal/in-process.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';
import { configEnv } from '../src/main.ts';
import { planDerived } from '../src/derived-plan.ts';

let stage: Stage;
let secrets: SecretsManagerClient;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  const credentials = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
  secrets = new SecretsManagerClient({ region: 'eu-west-1', credentials, requestHandler: inProcess(stage.cloud) });
});
afterEach(() => stage.close());

const configure = (inputs: Record<string, string> = {}) => stage.run('config-env', configEnv, inputs);

async function configOf({ outputs }: StepRun): Promise<ResolvedConfig> {
  return JSON.parse(await readFile(outputs['config'] ?? '', 'utf8')) as ResolvedConfig;
}

async function valueOf(arn: string | undefined): Promise<string> {
  return (await secrets.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString ?? '';
}

async function rotate(password: string): Promise<void> {
  const SecretString = JSON.stringify({ username: 'smartboard', password });
  await secrets.send(new PutSecretValueCommand({ SecretId: 'smartboard/rds/credentials', SecretString }));
}

test('writes nothing a second time and needs at most twenty calls', async () => {
  const first = await configure();
  stage.forgetCalls();
  const before = stage.calls.length;
  const second = await configure();
  expect(stage.writes()).toEqual([]);
  expect(stage.calls.length - before).toBeLessThanOrEqual(20);
  expect(second.outputs['fingerprint']).toBe(first.outputs['fingerprint']);
});

test('refreshes the derived secret after a rotation, keeps its name, and changes the fingerprint', async () => {
  const first = await configure();
  await rotate('n3w-pa55/word');
  stage.forgetCalls();
  const second = await configure();
  expect(stage.writes()).toEqual(['PutSecretValue']);
  expect(second.outputs['fingerprint']).not.toBe(first.outputs['fingerprint']);
  const arn = (await configOf(second)).services['svc-auth']?.secrets['DATABASE_URL_AUTH'];
  expect(arn).toBe((await configOf(first)).services['svc-auth']?.secrets['DATABASE_URL_AUTH']);
  expect(await valueOf(arn)).toContain('smartboard:n3w-pa55%2Fword@');
});

test.each(['50%off', "!'()*", 'a b&c=d#e?f/g:h@i', 'ünïcode-pässwörd', '$HOME`id`${{ secrets.X }}', '[]{}|\\^"<>'])(
  'composes a URL from which %s can be read back',
  async (password) => {
    await rotate(password);
    const arn = (await configOf(await configure())).services['svc-auth']?.secrets['DATABASE_URL_AUTH'];
    const [, encoded = ''] = /\/\/smartboard:([^@]*)@/.exec(await valueOf(arn)) ?? [];
    expect(encoded).toMatch(/^[A-Za-z0-9._~%-]+$/);
    expect(decodeURIComponent(encoded)).toBe(password);
  },
);

const nameIn = (config: ResolvedConfig) =>
  config.services['svc-auth']?.derived.find(({ variable }) => variable === 'DATABASE_URL_AUTH')?.name;

test('a changed template is a new secret, so that old tasks keep theirs', async () => {
  const first = await configOf(await configure());
  const changed = await openStage({ manifest: smallManifest.replace('?schema=auth', '?schema=auth2') });
  const run = await changed.run('config-env', configEnv, {});
  const second = await configOf(run);
  await changed.close();
  expect(nameIn(second)).toMatch(/^smartboard\/prod\/derived\/svc-auth\/DATABASE_URL_AUTH-[0-9a-f]{8}$/);
  expect(nameIn(second)).not.toBe(nameIn(first));
});

test('a dry run checks everything, writes nothing and sets no output', async () => {
  stage.forgetCalls();
  const run = await configure({ 'dry-run': 'true' });
  expect(run.error).toBeUndefined();
  expect(stage.writes()).toEqual([]);
  expect(run.outputs).toEqual({});
  expect(run.summary).toContain('to be created');
});

test('gives a version of its own to a value whose parts went back to an earlier version', () => {
  const secret = { name: 'n', value: 'v', versionBasis: 'basis', recipe: ['v'] };
  const [first] = planDerived([secret], new Map());
  const existing = { name: 'n', arn: 'arn', isBeingDeleted: false, description: undefined };
  const versions = [first?.version ?? '', 'f'.repeat(64)];
  const [again] = planDerived([secret], new Map([['n', { ...existing, versions, currentVersion: 'f'.repeat(64) }]]));
  expect(again).toMatchObject({ action: 'refresh', version: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(versions).not.toContain(again?.version);
  const [kept] = planDerived(
    [secret],
    new Map([['n', { ...existing, versions: [...versions, again!.version], currentVersion: again!.version }]]),
  );
  expect(kept?.action).toBe('keep');
});

test('survives throttles and lost answers, and still writes each secret once', async () => {
  stage.setFaults([
    { operation: 'secretsmanager:*', kind: 'throttle', every: 3 },
    { operation: 'secretsmanager:CreateSecret', kind: 'reset-after', nth: 1 },
    { operation: 'ssm:*', kind: 'server-error', every: 2 },
  ]);
  const run = await configure();
  expect(run.error).toBeUndefined();
  const derived = (await configOf(run)).services['svc-auth']?.derived ?? [];
  expect(new Set(derived.map(({ name }) => name)).size).toBe(2);
});
