import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Labels, migrate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../simulator/clock.ts';
import type { FaultRule } from '../../../simulator/faults.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
});
afterEach(() => stage.close());

const failures: readonly [title: string, labels: Labels, said: RegExp, remedy: RegExp][] = [
  [
    'needs too much memory',
    { 'simulator.command.oom-at': '1', 'simulator.command.runs-for': '9' },
    /needed more memory/,
    /Raise `memory`/,
  ],
  ['ends with 3', { 'simulator.command.exit-code': '3' }, /exit code 3/, /last log lines/],
];

test.each(failures)('says what happened and what to do when the migration %s', async (_title, labels, said, remedy) => {
  const run = await migrate(stage, await prepareRelease(stage, { 'svc-auth': labels }));
  expect(run.error).toMatchObject({
    code: 'E_STATE',
    message: expect.stringMatching(said),
    remedy: expect.stringMatching(remedy),
  });
});

test('names an image that is not in the registry', async () => {
  const prepared = await prepareRelease(stage);
  const images = JSON.stringify({ ...prepared.images, 'svc-auth': `sha256:${'0'.repeat(64)}` });
  const run = await migrate(stage, prepared, { images });
  expect(run.error?.message).toContain('ECR has no image sha256:000000000000…');
});

test('does not kill a migration that takes too long, but names it', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.runs-for': '600' } });
  stage.forgetCalls();
  const run = await migrate(stage, prepared, { 'timeout-minutes': '1' });
  expect(run.error).toMatchObject({ code: 'E_UNKNOWN', message: expect.stringContaining('`timeout-minutes`') });
  expect(run.error?.message).toContain(':task/smartboard-prod/');
  expect(stage.writes()).not.toContain('StopTask');
  expect(stage.writes().filter((name) => name === 'RunTask')).toHaveLength(1);
});

test('a second attempt follows the migration that an earlier one left running', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.runs-for': '90' } });
  await migrate(stage, prepared, { 'timeout-minutes': '1' });
  stage.forgetCalls();
  const run = await migrate(stage, prepared, {}, { runAttempt: 2 });
  expect(run.error).toBeUndefined();
  expect(stage.writes()).not.toContain('RunTask');
});

test('a migration that was done while nobody watched is not run again by the next attempt', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.runs-for': '90' } });
  await migrate(stage, prepared, { 'timeout-minutes': '1' });
  await pass(300_000, stage.cloud.clock);
  stage.forgetCalls();
  const run = await migrate(stage, prepared, {}, { runAttempt: 2 });
  expect(run.error).toBeUndefined();
  expect(run.lines.join('\n')).toContain('an earlier attempt has started this migration');
  expect(stage.writes()).not.toContain('RunTask');
});

test('a new attempt after a known failure is a new task', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.exit-code': '1' } });
  await migrate(stage, prepared);
  stage.forgetCalls();
  await migrate(stage, prepared, {}, { runAttempt: 2 });
  expect(stage.writes().filter((name) => name !== 'PutParameter')).toEqual(['RunTask']);
});

const harmless: readonly [title: string, rules: readonly FaultRule[]][] = [
  ['the answer of RunTask is lost', [{ operation: 'ecs:RunTask', kind: 'reset-after', nth: 1 }]],
  ['RunTask is throttled', [{ operation: 'ecs:RunTask', kind: 'throttle', to: 4 }]],
  ['reads fail', [{ operation: 'ecs:DescribeTasks', kind: 'server-error', every: 2 }]],
  ['CloudWatch throttles', [{ operation: 'logs:GetLogEvents', kind: 'throttle', every: 2 }]],
];

test.each(harmless)('runs the migration exactly once although %s', async (_title, rules) => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.log': 'applied' } });
  stage.setFaults(rules);
  const run = await migrate(stage, prepared);
  expect(run.error).toBeUndefined();
  expect(run.lines.filter((line) => line === 'svc-auth | applied')).toHaveLength(1);
});

test('a permission that is missing fails at once', async () => {
  const prepared = await prepareRelease(stage);
  stage.setFaults([
    {
      operation: 'ecs:RunTask',
      kind: 'error',
      code: 'AccessDeniedException',
      message: 'not authorized to perform: iam:PassRole',
    },
  ]);
  const run = await migrate(stage, prepared);
  expect(run.error).toMatchObject({ code: 'E_REMOTE', message: expect.stringContaining('iam:PassRole') });
  expect(run.seconds).toBeLessThan(5);
});

test('a cancelled step names the migration that goes on', async () => {
  const controller = new AbortController();
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.runs-for': '60' } });
  const run = await migrate(
    stage,
    prepared,
    {},
    {
      signal: controller.signal,
      onLine: (line) => {
        if (line === 'svc-auth: running') controller.abort(new Error('cancelled'));
      },
    },
  );
  expect(run.error?.message).toBe('cancelled');
  expect(run.lines.join('\n')).toMatch(/the migration goes on without this job as arn:aws:ecs:/);
});

test('says that there was no capacity', async () => {
  const prepared = await prepareRelease(stage);
  stage.cloud.ecs.settings.placementFailures = Number.POSITIVE_INFINITY;
  const run = await migrate(stage, prepared);
  expect(run.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('no Fargate capacity') });
});

test('waits for a task that ECS does not show at once', async () => {
  const prepared = await prepareRelease(stage);
  stage.cloud.ecs.settings.readLagSeconds = 10;
  expect((await migrate(stage, prepared)).error).toBeUndefined();
});

test('a task that ECS never shows is unknown, not failed', async () => {
  const prepared = await prepareRelease(stage);
  stage.cloud.ecs.settings.readLagSeconds = 900;
  const run = await migrate(stage, prepared);
  expect(run.error).toMatchObject({ code: 'E_UNKNOWN' });
});

test('a log that may not be read is a warning, not a failure', async () => {
  const prepared = await prepareRelease(stage);
  stage.setFaults([{ operation: 'logs:GetLogEvents', kind: 'error', code: 'AccessDeniedException' }]);
  const run = await migrate(stage, prepared);
  expect(run.error).toBeUndefined();
  expect(run.warnings).toEqual([expect.stringContaining('cannot be read')]);
});
