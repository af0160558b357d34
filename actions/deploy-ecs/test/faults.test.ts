import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploy, prepareRelease, runningDigests } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import type { FaultRule } from '../../../simulator/faults.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  await deploy(stage, await prepareRelease(stage));
});
afterEach(() => stage.close());

const healthy: readonly [title: string, rules: readonly FaultRule[]][] = [
  ['every other ECS call is throttled', [{ operation: 'ecs:*', kind: 'throttle', every: 2 }]],
  ['reads fail with 5xx', [{ operation: 'ecs:DescribeServices', kind: 'server-error', every: 2 }]],
  ['connections are reset', [{ operation: 'ecs:*', kind: 'reset', every: 5 }]],
  ['answers are cut off', [{ operation: 'ecs:DescribeServices', kind: 'truncate', every: 3 }]],
  ['a read hangs', [{ operation: 'ecs:DescribeServices', kind: 'hang', nth: 4 }]],
  ['SSM has too many updates', [{ operation: 'ssm:PutParameter', kind: 'error', code: 'TooManyUpdates', to: 3 }]],
  ["the ledger's answers are lost", [{ operation: 'ssm:PutParameter', kind: 'reset-after', every: 2 }]],
  ['registering is throttled five times', [{ operation: 'ecs:RegisterTaskDefinition', kind: 'throttle', to: 5 }]],
  ['credentials expire during the wait', [{ operation: 'ecs:DescribeServices', kind: 'expired-token', nth: 6 }]],
];

test.each(healthy)('a healthy release succeeds although %s', async (_title, rules) => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: { version: '2' } });
  stage.setFaults(rules);
  const run = await deploy(stage, prepared, {}, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(runningDigests(stage)['smartboard-web']).toEqual([prepared.images['web']]);
});

const lost: readonly [title: string, rule: FaultRule, updates: number][] = [
  ['lost after it arrived', { operation: 'ecs:UpdateService', kind: 'reset-after', nth: 1 }, 1],
  ['lost before it arrived', { operation: 'ecs:UpdateService', kind: 'reset', nth: 1 }, 2],
  ['answered by a 500 after its effect', { operation: 'ecs:UpdateService', kind: 'server-error-after', nth: 1 }, 1],
];

test.each(lost)('an UpdateService %s makes one deployment, not two', async (_title, rule, updates) => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  stage.setFaults([rule]);
  stage.forgetCalls();
  const run = await deploy(stage, prepared, { services: 'svc-auth' }, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(stage.writes().filter((name) => name === 'UpdateService')).toHaveLength(updates);
  expect(stage.cloud.ecs.truth().find(({ service }) => service === 'smartboard-svc-auth')?.deployments).toBe(1);
});

test('a permission that is missing fails at once and is not retried', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  stage.setFaults([{ operation: 'ecs:UpdateService', kind: 'error', code: 'AccessDeniedException', status: 400 }]);
  stage.forgetCalls();
  const run = await deploy(stage, prepared, { services: 'svc-auth' }, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('refused');
  expect(run.error?.message).toContain('ecs:UpdateService');
  expect(run.seconds).toBeLessThan(5);
});

test('the end of a rollout is noticed within six seconds', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  const run = await deploy(stage, prepared, { services: 'svc-auth' }, { runId: '1002' });
  const completed = await stage.byHand.completedAt('svc-auth');
  const noticed = Date.parse(run.report?.finishedAt ?? '');
  expect(noticed - completed).toBeGreaterThanOrEqual(0);
  expect(noticed - completed).toBeLessThan(6_000);
});

test('reads that lag three seconds behind neither fail a release nor its undoing', async () => {
  stage.cloud.ecs.settings.readLagSeconds = 3;
  const good = await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: { version: '2' } });
  const run = await deploy(stage, good, {}, { runId: '1002' });
  expect(run.error).toBeUndefined();
  const bad = await prepareRelease(stage, { 'svc-auth': { version: '3' }, web: { 'simulator.exit-code': '1' } });
  expect((await deploy(stage, bad, {}, { runId: '1003' })).outputs['verdict']).toBe('undone');
  expect(runningDigests(stage)['smartboard-svc-auth']).toEqual([good.images['svc-auth']]);
  expect(runningDigests(stage)['smartboard-web']).toEqual([good.images['web']]);
});

test('a lost update and lagging reads together still make one deployment', async () => {
  stage.cloud.ecs.settings.readLagSeconds = 3;
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  stage.setFaults([{ operation: 'ecs:UpdateService', kind: 'reset-after', nth: 1 }]);
  stage.forgetCalls();
  const run = await deploy(stage, prepared, { services: 'svc-auth' }, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(stage.writes().filter((name) => name === 'UpdateService')).toHaveLength(1);
});

test('an UpdateService that arrives at the third attempt, its answer lost, is one deployment and no refusal', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  stage.setFaults([
    { operation: 'ecs:UpdateService', kind: 'reset', to: 2 },
    { operation: 'ecs:UpdateService', kind: 'reset-after', nth: 3 },
  ]);
  const run = await deploy(stage, prepared, { services: 'svc-auth' }, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(run.outputs['verdict']).toBe('succeeded');
});

const noLedger = { operation: 'ssm:PutParameter', kind: 'error', code: 'AccessDeniedException', status: 400 } as const;

test('a ledger that cannot be written at all stops the release before it touches a service', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  stage.setFaults([noLedger]);
  stage.forgetCalls();
  const run = await deploy(stage, prepared, { services: 'svc-auth' }, { runId: '1002' });
  expect(run.error).toMatchObject({ code: 'E_REMOTE', message: expect.stringContaining('ssm:PutParameter') });
  expect(stage.writes()).toEqual(['PutParameter']);
});

test('a ledger that cannot be written in the end is an error, and the report still says what runs', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  // Lock and intent are written before the first change.
  stage.setFaults([{ ...noLedger, from: 3 }]);
  const run = await deploy(stage, prepared, { services: 'svc-auth' }, { runId: '1002' });
  expect(run.error).toMatchObject({ code: 'E_REMOTE', message: expect.stringContaining('ssm:PutParameter') });
  expect(run.report).toMatchObject({ verdict: 'succeeded', services: [{ name: 'svc-auth', outcome: 'deployed' }] });
});

test('without force an update is sent once and not forced', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  stage.forgetCalls();
  await deploy(stage, prepared, { 'force-new-deployment': 'false' }, { runId: '1002' });
  const updates = stage.calls.filter(({ operation }) => operation === 'UpdateService');
  expect(stage.writes().filter((name) => name === 'UpdateService')).toHaveLength(1);
  expect(updates.at(-1)?.parameters).not.toHaveProperty('forceNewDeployment');
});
