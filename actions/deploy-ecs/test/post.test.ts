import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  deploy,
  type Labels,
  operate,
  type Prepared,
  prepareRelease,
  runningDigests,
} from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type RunWishes, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../simulator/clock.ts';
import { cleanUp } from '../src/post/post.ts';
import { headOf, recordsOf } from './ledger-of.ts';

let stage: Stage;
let first: Prepared;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  first = await prepareRelease(stage);
  await deploy(stage, first, {}, { runId: '1', commit: '1'.repeat(40) });
});
afterEach(() => stage.close());

const second: RunWishes = { runId: '2', commit: '2'.repeat(40) };
const versions = { 'svc-auth': { version: '2' }, web: { version: '2' }, worker: { version: '2' } };

/** A release whose job is cancelled once a line of its log says that it has come so far. */
async function cancelledAt(line: string, others: Labels = {}, wishes: RunWishes = second) {
  const prepared = await prepareRelease(stage, versions);
  const cancel = new AbortController();
  const onLine = (told: string) => void (told.startsWith(line) && cancel.abort(new Error('cancelled')));
  const main = await deploy(stage, prepared, others, { ...wishes, signal: cancel.signal, onLine });
  expect(main.error?.message).toBe('cancelled');
  return { main, prepared };
}

/** The post step of a job, with the state that its main has left. */
function post(main: Pick<StepRun, 'state'>, wishes: RunWishes = second): Promise<StepRun> {
  return stage.run(
    'deploy-ecs',
    (step, surroundings) => {
      for (const [name, value] of Object.entries(main.state)) step.state.save(name, value);
      return cleanUp(step, surroundings);
    },
    {},
    wishes,
  );
}

const digestsOf = ({ images }: Prepared) =>
  Object.fromEntries(Object.entries(images).map(([name, digest]) => [`smartboard-${name}`, [digest]]));
const lock = () => JSON.parse(stage.cloud.ssm.valueOf('/smartboard/prod/release/lock') ?? '{}') as { state: string };

test('`leave` starts nothing, writes down what goes on, frees the lock, and is done in seconds', async () => {
  const { main } = await cancelledAt('web: updated');
  expect(lock().state).toBe('held');
  stage.forgetCalls();
  const run = await post(main);
  expect(run.error).toBeUndefined();
  expect(run.seconds).toBeLessThan(5);
  expect(new Set(stage.writes())).toEqual(new Set(['PutParameter']));
  expect(run.lines).toContainEqual(expect.stringMatching(/^web: ecs-svc\/\d+ goes on in ECS$/));
  expect(lock().state).toBe('free');
  const [record] = await recordsOf(stage);
  expect(record).toMatchObject({
    cancelled: 'left',
    verdict: undefined,
    reason: expect.stringContaining('left to ECS'),
  });
});

test('what was left to ECS is adopted by status once all of it has ended, and not before', async () => {
  const { main, prepared } = await cancelledAt('web: updated');
  await post(main);
  const early = await operate(stage, { operation: 'status' });
  expect(early.lines).toContainEqual(expect.stringMatching(/^Not finished: .* was cancelled, and left to ECS/));
  await pass(180_000, stage.cloud.clock);
  const dry = await operate(stage, { operation: 'status', 'dry-run': 'true' });
  expect(dry.lines.join('\n')).toContain('Not finished');

  const late = await operate(stage, { operation: 'status' });
  expect(late.lines).toContainEqual(expect.stringContaining('has ended meanwhile: succeeded'));
  expect(runningDigests(stage)).toEqual(digestsOf(prepared));
  const [record] = await recordsOf(stage);
  expect(record).toMatchObject({ verdict: 'succeeded' });
  expect(await headOf(stage)).toMatchObject({ current: record?.id });
  stage.forgetCalls();
  const again = await operate(stage, { operation: 'status' });
  expect(again.lines.filter((line) => line.endsWith('as released'))).toHaveLength(3);
  expect(stage.writes()).toEqual([]);
});

test('a release that was cancelled between two waves is not called complete', async () => {
  const { main } = await cancelledAt('svc-auth: updated');
  await post(main);
  await pass(180_000, stage.cloud.clock);
  stage.forgetCalls();
  const run = await operate(stage, { operation: 'status' });
  expect(run.lines.join('\n')).toContain('Not finished');
  expect(stage.writes()).toEqual([]);
  expect((await recordsOf(stage))[0]?.verdict).toBeUndefined();
});

test('the same run again goes on from there', async () => {
  const { main, prepared } = await cancelledAt('svc-auth: updated');
  await post(main);
  const again = await deploy(stage, prepared, {}, { ...second, runAttempt: 2 });
  expect(again.outputs['verdict']).toBe('succeeded');
  expect(runningDigests(stage)).toEqual(digestsOf(prepared));
});

test('`undo` begins to take every touched service back, does not wait, and status learns the end', async () => {
  const { main } = await cancelledAt('web: updated', { 'on-cancel': 'undo' });
  stage.forgetCalls();
  const run = await post(main);
  expect(run.error).toBeUndefined();
  expect(run.seconds).toBeLessThan(5);
  expect(run.lines).toContainEqual(expect.stringMatching(/^web: going back to smartboard-prod-web:1$/));
  expect(stage.writes().filter((name) => name === 'UpdateService')).toHaveLength(3);
  expect((await recordsOf(stage))[0]).toMatchObject({ cancelled: 'going-back', verdict: undefined });
  await pass(180_000, stage.cloud.clock);
  expect(runningDigests(stage)).toEqual(digestsOf(first));
  const status = await operate(stage, { operation: 'status' });
  expect(status.lines).toContainEqual(expect.stringContaining('has ended meanwhile: undone'));
  expect((await headOf(stage)).good).toHaveLength(1);
});

test('`undo` leaves alone what was not reached', async () => {
  const { main } = await cancelledAt('svc-auth: updated', { 'on-cancel': 'undo' });
  stage.forgetCalls();
  await post(main);
  const updated = stage.calls.filter(({ operation }) => operation === 'UpdateService').slice(-2);
  expect(JSON.stringify(updated.map(({ parameters }) => parameters))).not.toContain('smartboard-web');
  await pass(180_000, stage.cloud.clock);
  expect(runningDigests(stage)).toEqual(digestsOf(first));
});

test('`undo` empties a service that the release has made', async () => {
  await stage.close();
  stage = await openStage({ manifest: smallManifest });
  const { main } = await cancelledAt('svc-auth: created', { 'on-cancel': 'undo' });
  const run = await post(main);
  expect(run.lines).toContainEqual('svc-auth: its desired count is now 0');
  await pass(60_000, stage.cloud.clock);
  expect(runningDigests(stage)['smartboard-svc-auth']).toEqual([]);
});

test('a rollback is never taken back', async () => {
  await deploy(stage, await prepareRelease(stage, versions), {}, second);
  const cancel = new AbortController();
  const onLine = (line: string) => void (line.startsWith('web: going back') && cancel.abort(new Error('cancelled')));
  const inputs = { operation: 'rollback', reason: 'the page is blank', 'on-cancel': 'undo' };
  const main = await operate(stage, inputs, { runId: '3', signal: cancel.signal, onLine });
  stage.forgetCalls();
  await post(main, { runId: '3' });
  expect(stage.writes()).not.toContain('UpdateService');
  await pass(180_000, stage.cloud.clock);
  const status = await operate(stage, { operation: 'status' });
  expect(status.lines).toContainEqual(expect.stringContaining('has ended meanwhile: rolled-back'));
  expect(runningDigests(stage)).toEqual(digestsOf(first));
  const head = await headOf(stage);
  expect(head.current).toBe(head.hold?.to);
});

test('nothing is done without state, after another run has come, or when the release has ended', async () => {
  const calls = stage.calls.length;
  expect((await post({ state: {} })).error).toBeUndefined();
  expect(stage.calls.slice(calls)).toEqual([]);

  const done = await deploy(stage, await prepareRelease(stage), {}, { runId: '7' });
  stage.forgetCalls();
  expect((await post(done, { runId: '7' })).error).toBeUndefined();
  expect(stage.writes()).toEqual([]);

  const wishes = { runId: '8', commit: '8'.repeat(40) };
  const { main } = await cancelledAt('web: updated', { 'on-cancel': 'undo' }, wishes);
  await operate(stage, { operation: 'rollback', reason: 'the page is blank' }, { runId: '9' });
  stage.forgetCalls();
  const late = await post(main, wishes);
  expect(late.error).toBeUndefined();
  expect(late.lines).toContainEqual(expect.stringContaining('Nothing is left to do here'));
  expect(stage.writes()).toEqual([]);
});
