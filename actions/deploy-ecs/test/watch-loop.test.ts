import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fleetManifest } from '../../../bench/fleet.ts';
import { openAws } from '../../../lib/aws/session.ts';
import { clockOf, inProcess } from '../../../rehearsal/in-process.ts';
import { deploy, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import type { VirtualClock } from '../../../simulator/clock.ts';
import { nextPauseMs } from '../src/watch/pace.ts';
import type { Target } from '../src/watch/target.ts';
import { watchDeployments, type WatchWorld } from '../src/watch/watch.ts';

let stage: Stage;
const lines: string[] = [];
beforeEach(async () => {
  lines.length = 0;
  stage = await openStage({ manifest: fleetManifest(2) });
});
afterEach(() => stage.close());

const credentials = () => Promise.resolve({ accessKeyId: 'simulator', secretAccessKey: 'simulator' });

function watchWorld(changes: Partial<WatchWorld> = {}): WatchWorld {
  const log = {
    info: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
    group: <T>(_title: string, work: () => Promise<T>) => work(),
  };
  const clock = clockOf(stage.cloud.clock as VirtualClock);
  const requestHandler = inProcess(stage.cloud);
  return {
    aws: openAws({ region: stage.cloud.region, credentials, requestHandler, clock, chance: () => 0.5, log }),
    cluster: 'fleet-prod',
    log,
    signal: new AbortController().signal,
    deadline: clock.elapsed() + 600_000,
    ...changes,
  };
}

const unknown: Target = {
  name: 'web',
  ecsName: 'fleet-web',
  deploymentId: 'ecs-svc/1',
  taskDefinition: 'arn:web:1',
  digests: [],
  serviceDeployment: undefined,
  earlier: new Set(),
  startedAt: 0,
};

test('a service that ECS does not know is waited for a minute, in case the read came too early', async () => {
  const startedAt = stage.cloud.clock.now();
  const [ended] = await watchDeployments([unknown], watchWorld());
  expect(ended?.ending).toEqual({
    kind: 'failed',
    reason: 'ECS does not know the service any more',
    goingBackTo: undefined,
  });
  expect((stage.cloud.clock.now() - startedAt) / 1000).toBeLessThan(66);
});

test('the heart beats before each look, and what it throws ends the watch', async () => {
  let beats = 0;
  const heartbeat = () => (++beats === 4 ? Promise.reject(new Error('the lock is lost')) : Promise.resolve());
  const before = stage.calls.length;
  await expect(watchDeployments([unknown], watchWorld({ heartbeat }))).rejects.toThrow('the lock is lost');
  expect(stage.calls.slice(before).map(({ operation }) => operation)).toEqual(Array(3).fill('DescribeServices'));
});

test('a service that dies again and again after it was completed fails the release, not its time-out', async () => {
  await deploy(stage, await prepareRelease(stage, { 'svc-002': { 'simulator.stops-in': '12' } }));
  const dying = { 'simulator.runs-for': '20', 'simulator.exit-code': '1' };
  const run = await deploy(
    stage,
    await prepareRelease(stage, { 'svc-001': dying, 'svc-002': { version: '2' } }),
    {},
    { runId: '1002' },
  );
  expect(run.lines).toContain('svc-001: completed, and every task runs its image');
  expect(run.outputs['verdict']).toBe('undone');
  expect(run.error?.message).toMatch(/^svc-001 failed/);
  expect(run.seconds).toBeLessThan(240);
});

const pause = (looks: number, elapsedMs: number, settlingMs = Infinity) =>
  nextPauseMs({ looks, elapsedMs, settlingMs }, () => 0.5);

test('looks come half a second apart at first, then slower, and faster where the end is near', () => {
  expect(pause(1, 0)).toBe(500);
  expect(pause(5, 6_000)).toBe(2_000);
  expect(pause(60, 240_000)).toBe(4_000);
  expect(pause(60, 240_000, 5_000)).toBe(2_000);
  expect(pause(60, 240_000, 60_000)).toBe(4_000);
  expect(nextPauseMs({ looks: 9, elapsedMs: 0, settlingMs: Infinity }, () => 0.999)).toBeGreaterThan(2_200);
});
