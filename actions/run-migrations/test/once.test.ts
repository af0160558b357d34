import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { listTasks } from '../../../lib/aws/ecs-tasks.ts';
import { readLock } from '../../../lib/aws/ledger/lock.ts';
import { migrate, type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../simulator/clock.ts';
import { freeLock } from '../src/post.ts';

const where = { application: 'smartboard', environment: 'prod' };
const minutes = (count: number) => count * 60_000;

let stage: Stage;
beforeEach(async () => void (stage = await openStage({ manifest: smallManifest })));
afterEach(() => stage.close());

const countOf = (operation: string) => stage.calls.filter((call) => call.operation === operation).length;

/** Migration tasks that ECS knows: running ones, and those that ended within the hour. */
async function tasks(desiredStatus: 'RUNNING' | 'STOPPED'): Promise<number> {
  const family = 'smartboard-prod-svc-auth-migrate';
  return (await listTasks(stage.aws, 'smartboard-prod', { family, desiredStatus })).length;
}

/** Dies at a line of the log, as `kill -9` would; what came before has happened. */
async function killedAt(line: RegExp, prepared: Prepared): Promise<void> {
  const onLine = (text: string) => {
    if (line.test(text)) throw new Error('killed');
  };
  expect((await migrate(stage, prepared, {}, { onLine })).error?.message).toBe('killed');
}

const afterRunTask = /^svc-auth: node migrate\.js as arn:/;

test.each([5, 30])(
  'killed after RunTask and run again after %i minutes: one task, and its end is known',
  async (after) => {
    const prepared = await prepareRelease(stage);
    await killedAt(afterRunTask, prepared);
    await pass(minutes(after), stage.cloud.clock);
    const run = await migrate(stage, prepared, {}, { runAttempt: 2 });
    expect(run.error).toBeUndefined();
    expect(run.lines.join('\n')).toContain('asking by its own token');
    expect((await tasks('RUNNING')) + (await tasks('STOPPED'))).toBe(1);
  },
);

test.each([2, 48])('killed after RunTask and run again after %i hours: unknown, and no second task', async (hours) => {
  const prepared = await prepareRelease(stage);
  await killedAt(afterRunTask, prepared);
  await pass(minutes(hours * 60), stage.cloud.clock);
  const run = await migrate(stage, prepared, {}, { runAttempt: 2 });
  expect(run.error).toMatchObject({ code: 'E_UNKNOWN', remedy: expect.stringContaining('on-lost-task') });
  expect((await tasks('RUNNING')) + (await tasks('STOPPED'))).toBe(0);
});

test('a migration that still runs two days later is found by who started it', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.runs-for': '200000' } });
  await killedAt(afterRunTask, prepared);
  await pass(minutes(48 * 60), stage.cloud.clock);
  const run = await migrate(stage, prepared, { 'timeout-minutes': '2' }, { runAttempt: 2 });
  expect([run.error, countOf('RunTask')]).toEqual([expect.objectContaining({ code: 'E_UNKNOWN' }), 1]);
  expect(run.error?.message).toContain('has not ended within 2 minutes');
});

test('killed while the task runs and run again: the task is followed to its end', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.runs-for': '60' } });
  await killedAt(/^svc-auth: running$/, prepared);
  const run = await migrate(stage, prepared, {}, { runAttempt: 2 });
  expect(run.error).toBeUndefined();
  expect(countOf('RunTask')).toBe(1);
});

test.each([
  ['applied', 1],
  ['run-again', 2],
])('a person decides about a lost task: %s', async (policy, count) => {
  const prepared = await prepareRelease(stage);
  await killedAt(/^svc-auth: running$/, prepared);
  await pass(minutes(180), stage.cloud.clock);
  expect((await migrate(stage, prepared)).error).toMatchObject({ code: 'E_UNKNOWN' });
  expect((await migrate(stage, prepared, { 'on-lost-task': policy })).error).toBeUndefined();
  expect(countOf('RunTask')).toBe(count);
});

test('what has run from the same image is not run again, unless one asks for it', async () => {
  const prepared = await prepareRelease(stage);
  await migrate(stage, prepared);
  const again = await migrate(stage, prepared, {}, { runId: '1002' });
  expect(again.summary).toContain('done before');
  expect(countOf('RunTask')).toBe(1);
  await migrate(stage, prepared, { 'skip-if-applied': 'false' }, { runId: '1003' });
  expect(countOf('RunTask')).toBe(2);
});

test('a rotated password does not make another migration of it', async () => {
  await migrate(stage, await prepareRelease(stage));
  const digest = (await prepareRelease(stage)).images;
  await stage.byHand.putSecret('smartboard/rds/credentials', '{"username":"smartboard","password":"n3w-pa55word"}');
  const rotated = await prepareRelease(stage);
  expect(rotated.images).toEqual(digest);
  await migrate(stage, rotated, {}, { runId: '1002' });
  expect(countOf('RunTask')).toBe(1);
});

test('two repositories do not migrate one database at the same time', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.runs-for': '60' } });
  const again = { 'skip-if-applied': 'false' };
  const [one, other] = await Promise.all([
    migrate(stage, prepared, again, { runId: '1' }).then(async (run) => {
      await stage.run('run-migrations', freeLock, prepared.inputs, { runId: '1', state: run.state });
      return run;
    }),
    migrate(stage, prepared, again, { runId: '2', job: { repository: 'example/other' } }),
  ]);
  expect([one.error, other.error]).toEqual([undefined, undefined]);
  expect([...one.lines, ...other.lines].join('\n')).toMatch(/[Ww]aiting/);
  expect(Math.max(one.seconds, other.seconds)).toBeGreaterThan(120);
});

test('the lock stays for the next step after success, and the post step frees it when none came', async () => {
  const prepared = await prepareRelease(stage);
  const run = await migrate(stage, prepared);
  expect((await readLock(stage.aws, where)).entry).toMatchObject({ state: 'held', purpose: 'migrate' });
  const post = await stage.run('run-migrations', freeLock, prepared.inputs, { state: run.state });
  expect(post.error).toBeUndefined();
  expect((await readLock(stage.aws, where)).entry).toMatchObject({ state: 'free' });
});

test('a failed migration frees the lock at once', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.exit-code': '1' } });
  expect((await migrate(stage, prepared)).error).toMatchObject({ code: 'E_STATE' });
  expect((await readLock(stage.aws, where)).entry).toMatchObject({ state: 'free' });
});

test('a task that has no room is asked for until there is some', async () => {
  const prepared = await prepareRelease(stage);
  stage.cloud.ecs.settings.placementFailures = 3;
  const run = await migrate(stage, prepared);
  expect(run.error).toBeUndefined();
  expect(run.lines.join('\n')).toContain('no room for the task');
});

test('a migration is stopped at its time-out only on request', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.runs-for': '900' } });
  const run = await migrate(stage, prepared, { 'timeout-minutes': '1', 'stop-on-timeout': 'true' });
  expect(run.error).toMatchObject({ code: 'E_STATE' });
  expect(countOf('StopTask')).toBe(1);
  expect(await tasks('RUNNING')).toBe(0);
});
