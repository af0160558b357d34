import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploy, migrate, type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import type { ResolvedConfig } from '../../../lib/core/config.ts';

let stage: Stage;
let prepared: Prepared;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  prepared = await prepareRelease(stage);
  stage.forgetCalls();
});
afterEach(() => stage.close());

/** What a step in between might do to the file of config-env. */
async function changeConfig(change: (config: any) => void): Promise<void> {
  const path = prepared.inputs['config'] ?? '';
  const config = JSON.parse(await readFile(path, 'utf8')) as ResolvedConfig;
  change(config);
  await writeFile(path, JSON.stringify(config));
}

test.each([
  'DEV_BYPASS_AUTH',
  'dev_bypass_auth',
  'ＤＥＶ_BYPASS_AUTH',
  'LD_PRELOAD',
  'AWS_SECRET_ACCESS_KEY',
  'ECS_AGENT_URI',
  'A B',
])('no definition with the variable %s is registered, wherever it came from', async (name) => {
  await changeConfig((config) => {
    config.services['svc-auth'].environment[name] = '1';
    config.services['svc-auth'].migrations[0].secrets[name] = 'arn:aws:ssm:eu-west-1:111122223333:parameter/x';
  });
  for (const run of [await migrate(stage, prepared), await deploy(stage, prepared)]) {
    expect(run.error).toMatchObject({ code: 'E_POLICY' });
    expect(run.outputs['verdict']).toBeUndefined();
  }
  expect(stage.writes()).toEqual([]);
});

const tampering: readonly [title: string, change: (config: any) => void, code: string][] = [
  ['is of another environment', (config) => (config.environment = 'staging'), 'E_SCOPE'],
  ['is of another account', (config) => (config.account = '444455556666'), 'E_SCOPE'],
  ['lacks a service', (config) => delete config.services.web, 'E_INPUT'],
  ['is of another schema', (config) => (config.schema = 2), 'E_INPUT'],
];

test.each(tampering)('a config file that %s is refused before any write', async (_title, change, code) => {
  await changeConfig(change);
  expect((await deploy(stage, prepared)).error).toMatchObject({ code });
  expect(stage.writes()).toEqual([]);
});

test('a config file that is not there, or not JSON, is refused', async () => {
  expect((await deploy(stage, prepared, { config: '/nowhere/config.json' })).error).toMatchObject({ code: 'E_INPUT' });
  await writeFile(prepared.inputs['config'] ?? '', 'JWT_SECRET=hunter2hunter2');
  const { error } = await deploy(stage, prepared);
  expect(error).toMatchObject({ code: 'E_INPUT', message: expect.not.stringContaining('hunter2') });
});

test('no secret of the configuration stands in what a deployment says or registers', async () => {
  const run = await deploy(stage, prepared);
  expect(run.error).toBeUndefined();
  const jwt = stage.cloud.secrets.valueFrom(
    (JSON.parse(await readFile(prepared.inputs['config'] ?? '', 'utf8')) as ResolvedConfig).services['svc-auth']
      ?.secrets['JWT_SECRET'] ?? '',
  );
  expect(jwt.length).toBeGreaterThan(20);
  expect(JSON.stringify([run, stage.calls])).not.toContain(jwt);
});
