import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  deploy,
  operate,
  type Prepared,
  prepareRelease,
  runningDigests,
} from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../simulator/clock.ts';
import { headOf, recordsOf } from './ledger-of.ts';

/** Health checks may take five minutes, so that two waves take ten. */
const patientManifest = smallManifest.replaceAll(
  'interval-seconds: 5 }',
  'interval-seconds: 5, start-period-seconds: 300 }',
);
const slow = { 'simulator.healthy-after': '290' };

let stage: Stage;
let first: Prepared;
beforeEach(async () => {
  stage = await openStage({ manifest: patientManifest });
  first = await prepareRelease(stage);
  await deploy(stage, first, {}, { runId: '1', commit: '1'.repeat(40) });
});
afterEach(() => stage.close());

const push = (prepared: Prepared, runId: string, onLine?: (line: string) => unknown): Promise<StepRun> =>
  deploy(
    stage,
    prepared,
    {},
    {
      runId,
      commit: runId.repeat(40),
      ...(onLine === undefined ? {} : { onLine: (line: string) => void onLine(line) }),
    },
  );

const rollback = (runId: string, onLine: (line: string) => unknown = () => undefined) =>
  operate(
    stage,
    { operation: 'rollback', reason: 'the page is blank' },
    { runId, onLine: (line) => void onLine(line) },
  );

const isBackOn = ({ images }: Prepared) =>
  expect(runningDigests(stage)).toEqual(
    Object.fromEntries(Object.entries(images).map(([name, digest]) => [`smartboard-${name}`, [digest]])),
  );

test('a rollback in the middle of a ten-minute rollout begins within 30 s, and queued pushes are refused by its hold', async () => {
  const slowly = await prepareRelease(stage, { 'svc-auth': slow, web: slow });
  const pushes = [
    await prepareRelease(stage, { web: { version: '3' } }),
    await prepareRelease(stage),
    await prepareRelease(stage),
  ];
  let running: Promise<StepRun> | undefined;
  await new Promise<void>((resolve) => {
    running = push(slowly, '2', (line) => line.startsWith('web: updated') && resolve());
  });
  const queued = pushes.map((prepared, at) => push(prepared, String(3 + at)));
  await pass(60_000, stage.cloud.clock);

  const from = stage.calls.length;
  const back = await rollback('9');
  const own = stage.calls.slice(from).filter(({ principal }) => principal?.endsWith('deploy-ecs-9') === true);
  const firstUpdate = own.find(({ operation }) => operation === 'UpdateService');
  expect((Date.parse(firstUpdate?.time ?? '') - Date.parse(own[0]?.time ?? '')) / 1000).toBeLessThanOrEqual(30);
  expect(own.filter(({ operation }) => operation === 'UpdateService')).toHaveLength(2);
  expect(back.outputs['verdict']).toBe('rolled-back');
  isBackOn(first);

  const superseded = (await running)!;
  expect(superseded.outputs['verdict']).toBe('superseded');
  expect(superseded.error?.message).toContain('the page is blank');
  for (const run of await Promise.all(queued)) {
    expect(run.outputs['verdict']).toBe('refused');
    expect(run.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('on hold') });
  }
  isBackOn(first);
  const head = await headOf(stage);
  expect(head.left?.map(({ release }) => release)).toEqual([superseded.outputs['release']]);
  expect(head.current).toBe(head.hold?.to);
});

test('a deploy that was killed is what is left, though nobody was told how it ended', async () => {
  const slowly = await prepareRelease(stage, { 'svc-auth': slow, web: slow });
  const cancel = new AbortController();
  const onLine = (line: string) => void (line.startsWith('svc-auth: updated') && cancel.abort(new Error('killed')));
  await deploy(stage, slowly, {}, { runId: '2', commit: '2'.repeat(40), signal: cancel.signal, onLine });
  const back = await rollback('9');
  expect(back.outputs).toMatchObject({ verdict: 'rolled-back', release: (await headOf(stage)).good[0] });
  isBackOn(first);
});

test('of two rollbacks at the same time the second waits, and finds nothing to do', async () => {
  await push(await prepareRelease(stage, { web: { version: '2' } }), '2');
  let one: Promise<StepRun> | undefined;
  await new Promise<void>((resolve) => {
    one = rollback('8', (line) => line.startsWith('web: going back') && resolve());
  });
  const other = rollback('9');
  expect((await one)?.outputs['verdict']).toBe('rolled-back');
  const second = await other;
  expect(second.error).toBeUndefined();
  isBackOn(first);
  expect(second.report?.services.every(({ change }) => change === 'unchanged')).toBe(true);
});

test('a rollback that is run again after it died goes on to the same release', async () => {
  await push(await prepareRelease(stage, { web: { version: '2' } }), '2');
  const cancel = new AbortController();
  const died = await operate(
    stage,
    { operation: 'rollback', reason: 'the page is blank' },
    {
      runId: '9',
      signal: cancel.signal,
      onLine: (line) => line.startsWith('web: going back') && cancel.abort(new Error('killed')),
    },
  );
  expect(died.outputs['verdict']).toBe('unknown');
  await pass(1_000, stage.cloud.clock);
  const again = await operate(
    stage,
    { operation: 'rollback', reason: 'the page is blank' },
    { runId: '9', runAttempt: 2 },
  );
  expect(again.outputs).toMatchObject({ verdict: 'rolled-back', release: died.outputs['release'] });
  isBackOn(first);
  expect((await recordsOf(stage)).map(({ verdict }) => verdict)).toEqual([
    'rolled-back',
    undefined,
    'succeeded',
    'succeeded',
  ]);
});
