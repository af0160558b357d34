import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploy, prepareRelease, runningDigests } from '../../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../../rehearsal/test/stage/stage.ts';
import { headOf } from '../ledger-of.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
});
afterEach(() => stage.close());

/** Healthy for ECS, and dead a moment after it has called the rollout complete. */
const shortLived = { 'svc-auth': { 'simulator.runs-for': '15', 'simulator.exit-code': '1' } };

test('a service that dies again and again while the next wave rolls out fails the release', async () => {
  const good = await prepareRelease(stage);
  await deploy(stage, good, {}, { runId: '1001' });
  const run = await deploy(stage, await prepareRelease(stage, shortLived), {}, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(run.error?.message).toContain('svc-auth failed');
  expect(runningDigests(stage)['smartboard-svc-auth']).toEqual([good.images['svc-auth']]);
});

test('one crash after completion, and then health, is a good release', async () => {
  const labels = { 'svc-auth': { ...shortLived['svc-auth'], 'simulator.only-first': '1' } };
  const run = await deploy(stage, await prepareRelease(stage, labels), {}, { runId: '1001' });
  expect(run.outputs['verdict']).toBe('succeeded');
});

test('tasks that the autoscaler has added since do not hold a good release up', async () => {
  const prepared = await prepareRelease(stage);
  const quiet = await deploy(stage, prepared, {}, { runId: '1001' });
  expect(quiet.outputs['verdict']).toBe('succeeded');
  const again = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  const grow = (line: string) =>
    void (line.startsWith('web: restarted') && stage.cloud.ecs.service('smartboard-svc-auth').scaleTo(2));
  const run = await deploy(stage, again, {}, { runId: '1002', onLine: grow });
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.report?.services.find(({ name }) => name === 'svc-auth')?.running).toBe(2);
});

test('a good release that is undone when it is run again is not what the ledger stands on', async () => {
  const good = await prepareRelease(stage);
  await deploy(stage, good, {}, { runId: '1001' });
  const standing = (await headOf(stage)).current;
  const prepared = await prepareRelease(stage, { worker: { version: '2' } });
  const first = await deploy(stage, prepared, {}, { runId: '1002' });
  expect(first.outputs['verdict']).toBe('succeeded');
  const { settings } = stage.cloud.ecs;
  settings.startFailures = Array.from({ length: 20 }, () => 'ResourceInitializationError: unable to pull secrets');
  stage.cloud.ecs
    .service('smartboard-worker')
    .tasks()
    .forEach((arn) => stage.cloud.ecs.crash(arn));
  await stage.aws.clock.sleep(90_000);
  const heal = (line: string) => void (line.startsWith('Taking') && (settings.startFailures = []));
  const again = await deploy(stage, prepared, {}, { runId: '1002', runAttempt: 2, onLine: heal });
  expect(again.outputs['verdict']).toBe('undone');
  expect(await headOf(stage)).toMatchObject({ current: standing, good: [standing] });
  const next = await deploy(stage, await prepareRelease(stage), {}, { runId: '1003' });
  expect(next.outputs['verdict']).toBe('succeeded');
});
