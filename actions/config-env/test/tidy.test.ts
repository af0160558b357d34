import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { beginRelease, extendRelease } from '../../../lib/aws/ledger/records.ts';
import { registerTaskDefinition } from '../../../lib/aws/task-definition.ts';
import type { ResolvedConfig } from '../../../lib/core/config.ts';
import { type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../simulator/clock.ts';
import { configEnv } from '../src/main.ts';

let stage: Stage;
beforeEach(async () => void (stage = await openStage({ manifest: smallManifest })));
afterEach(() => stage.close());

const days = (count: number) => pass(count * 24 * 3_600_000, stage.cloud.clock);
const withSchema = (schema: string) =>
  writeFile(join(stage.directory, 'slipway.yml'), smallManifest.replace('?schema=auth', `?schema=${schema}`));

async function configOf({ inputs }: Prepared): Promise<ResolvedConfig> {
  return JSON.parse(await readFile(inputs['config'] ?? '', 'utf8')) as ResolvedConfig;
}

async function urlOf(prepared: Prepared): Promise<string> {
  return (await configOf(prepared)).services['svc-auth']?.secrets['DATABASE_URL_AUTH'] ?? '';
}

/** Resolves the configuration of a manifest with this schema; answers with the names that were deleted. */
async function configured(schema: string): Promise<readonly string[]> {
  await withSchema(schema);
  const run = await stage.run('config-env', configEnv, {});
  expect(run.error).toBeUndefined();
  return run.lines.flatMap((line) => /^(\S+): no release refers to it any more/.exec(line)?.[1] ?? []);
}

test('what neither a release nor the configuration refers to goes two weeks after its last use', async () => {
  await configured('one');
  await days(13);
  expect(await configured('two')).toEqual([]);
  await days(2);
  expect(await configured('three')).toEqual([expect.stringMatching(/svc-auth\/DATABASE_URL_AUTH-[0-9a-f]{8}$/)]);
});

/** A record as deploy-ecs keeps it of a release of svc-auth; one that was cut off does not name its secrets. */
async function recorded(prepared: Prepared, { named }: { named: boolean }): Promise<void> {
  const where = { application: 'smartboard', environment: 'prod' };
  const run = { repository: 'example/smartboard', workflow: '', id: '1', number: 1, attempt: 1, actor: 'octocat' };
  const scope = { account: '111122223333', region: 'eu-west-1', cluster: 'smartboard-prod' };
  const begun = { schema: 1, id: 'one', operation: 'deploy', commit: '', run, at: '', ...scope } as const;
  await beginRelease(stage.aws, where, { ...begun, previous: undefined, before: {} });
  const { secrets = {}, derived = [] } = (await configOf(prepared)).services['svc-auth'] ?? {};
  const container = {
    name: 'svc-auth',
    image: 'x',
    secrets: Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
  };
  const role = 'arn:aws:iam::111122223333:role/execution';
  const fargate = { requiresCompatibilities: ['FARGATE' as const], networkMode: 'awsvpc' as const };
  const definition = { family: 'x', ...fargate, cpu: '256', memory: '512', executionRoleArn: role };
  const taskDefinition = await registerTaskDefinition(
    stage.aws,
    { ...definition, containerDefinitions: [container] },
    {},
  );
  const service = { service: 'smartboard-svc-auth', repository: 'x', digest: '', taskDefinition };
  const names = derived.map(({ name }) => name);
  await extendRelease(stage.aws, where, 'one', {
    services: { 'svc-auth': named ? { ...service, derived: names } : service },
  });
}

test.each([true, false])('what a kept record refers to stays, however old (by name: %s)', async (named) => {
  const first = await prepareRelease(stage);
  await recorded(first, { named });
  await days(60);
  expect(await configured('two')).toEqual([]);
  expect(stage.cloud.secrets.valueFrom(await urlOf(first))).toContain('schema=auth');
});

test('nothing is looked for as long as no new secret is made', async () => {
  await configured('one');
  await configured('two');
  await days(60);
  const before = stage.calls.length;
  expect(await configured('two')).toEqual([]);
  expect(stage.calls.slice(before).map(({ operation }) => operation)).not.toContain('ListSecrets');
});

test('a configuration that asks for a deleted one has it again', async () => {
  await configured('one');
  const first = await prepareRelease(stage);
  await days(20);
  expect(await configured('two')).toHaveLength(1);
  await withSchema('one');
  const again = await prepareRelease(stage);
  expect(await urlOf(again)).toBe(await urlOf(first));
  expect(stage.cloud.secrets.valueFrom(await urlOf(again))).toContain('schema=one');
});

test('a role that may not tidy up is told so, and the configuration is there', async () => {
  stage.setFaults([{ operation: 'secretsmanager:ListSecrets', kind: 'error', code: 'AccessDeniedException' }]);
  const run = await stage.run('config-env', configEnv, {});
  expect(run.error).toBeUndefined();
  expect(run.warnings).toEqual([expect.stringContaining('could not be tidied up')]);
  expect(run.outputs['config']).toBeDefined();
});
