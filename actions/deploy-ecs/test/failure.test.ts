import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploy, operate, prepareRelease, runningDigests } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { judge } from '../../../simulator/truth.ts';
import type { ReleaseReport } from '../../../lib/core/release.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
});
afterEach(() => stage.close());

/** The simulator's own opinion of a report. */
function agreement(report: ReleaseReport | undefined): readonly string[] {
  const services = (report?.services ?? []).map(
    ({ service, digest, taskDefinition, deploymentId, desired, running }) => ({
      name: service,
      cluster: report?.cluster,
      digest,
      taskDefinition,
      deploymentId,
      desired,
      running,
    }),
  );
  return judge(stage.cloud, { verdict: report?.verdict, services }).differences;
}

const crashing = { 'simulator.exit-code': '1', 'simulator.log': 'Error: relation "users" does not exist' };

test('a first release that fails leaves what it created without tasks, and the next one gives it its count', async () => {
  const bad = await deploy(stage, await prepareRelease(stage, { web: crashing }));
  expect(bad.outputs['verdict']).toBe('undone');
  expect(stage.cloud.ecs.truth().map(({ desired, running }) => [desired, running])).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  expect(bad.lines).toContain('svc-auth: was created by this release; its desired count is now 0');
  const good = await deploy(stage, await prepareRelease(stage, { web: { version: '2' } }), {}, { runId: '1002' });
  expect(good.error).toBeUndefined();
  expect(stage.cloud.ecs.truth().map(({ desired, running }) => [desired, running])).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
});

test('with on-failure keep nothing is undone by us, and the next rollback returns to the last good release', async () => {
  const good = await prepareRelease(stage);
  await deploy(stage, good);
  const run = await deploy(
    stage,
    await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: crashing }),
    { 'on-failure': 'keep' },
    { runId: '1002' },
  );
  expect(run.outputs['verdict']).toBe('mixed');
  expect(run.error?.message).toContain('svc-auth smartboard-prod-svc-auth:2');
  const back = await operate(
    stage,
    { operation: 'rollback', reason: 'half a release is worse than none' },
    { runId: '1003' },
  );
  expect(back.outputs['verdict']).toBe('rolled-back');
  expect(runningDigests(stage)['smartboard-svc-auth']).toEqual([good.images['svc-auth']]);
  expect(agreement(back.report)).toEqual([]);
});

test('an unhealthy service is named with its health check, and all go back', async () => {
  await deploy(stage, await prepareRelease(stage));
  const run = await deploy(
    stage,
    await prepareRelease(stage, { web: { 'simulator.unhealthy': 'true' } }),
    {},
    { runId: '1002' },
  );
  expect(run.outputs['verdict']).toBe('undone');
  expect(run.report?.services.find(({ name }) => name === 'web')?.explanation[0]).toMatch(/health check failed/);
  expect(agreement(run.report)).toEqual([]);
});

test('a rollout that takes longer than it may is timed out and named, and ECS goes on', async () => {
  await deploy(stage, await prepareRelease(stage));
  const slow = await prepareRelease(stage, { 'svc-auth': { 'simulator.healthy-after': '120' } });
  const run = await deploy(stage, slow, { 'wait-for-minutes': '1' }, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('timed-out');
  expect(run.error?.message).toContain('`wait-for-minutes`');
  expect(run.seconds).toBeLessThan(75);
});

test('another deployment of the same service ends the watch as superseded, and undoes nothing', async () => {
  await deploy(stage, await prepareRelease(stage));
  const foreign = await stage.push('svc-auth', { version: 'foreign' });
  const ours = await prepareRelease(stage, { 'svc-auth': { version: '2', 'simulator.healthy-after': '60' } });
  let done: Promise<void> | undefined;
  const run = await deploy(
    stage,
    ours,
    {},
    {
      runId: '1002',
      onLine: (line) => {
        if (line.startsWith('svc-auth: starting')) done ??= stage.byHand.deploy('svc-auth', foreign);
      },
    },
  );
  await done;
  expect(run.outputs['verdict']).toBe('superseded');
  expect(run.lines.some((line) => line.startsWith('svc-auth: superseded by ecs-svc/'))).toBe(true);
});

test('a service that someone deploys after its own wave was good is no success', async () => {
  await deploy(stage, await prepareRelease(stage));
  const foreign = await stage.push('svc-auth', { version: 'foreign' });
  const ours = await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: { version: '2' } });
  let done: Promise<void> | undefined;
  const onLine = (line: string) => {
    if (line.startsWith('web: starting')) done ??= stage.byHand.deploy('svc-auth', foreign);
  };
  const run = await deploy(stage, ours, {}, { runId: '1002', onLine });
  await done;
  expect(run.outputs['verdict']).toBe('superseded');
  expect(run.error?.message).toMatch(/^svc-auth failed: It was superseded by ecs-svc/);
});

test('a release that fails after a failed first one leaves no tasks either', async () => {
  await deploy(stage, await prepareRelease(stage, { web: crashing }));
  const bad = { ...crashing, version: '2' };
  const run = await deploy(stage, await prepareRelease(stage, { web: bad, worker: bad }), {}, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(stage.cloud.ecs.truth().map(({ desired }) => desired)).toEqual([0, 0, 0]);
});

test('the run after one that was cut off goes back to the last good release, not to half of a bad one', async () => {
  const good = await prepareRelease(stage);
  await deploy(stage, good);
  const bad = await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: crashing });
  const controller = new AbortController();
  const onLine = (line: string) => line.startsWith('web: starting') && controller.abort(new Error('cut off'));
  await deploy(stage, bad, {}, { runId: '1002', signal: controller.signal, onLine });
  const run = await deploy(stage, bad, {}, { runId: '1002', runAttempt: 2 });
  expect(run.outputs['verdict']).toBe('undone');
  expect(runningDigests(stage)['smartboard-svc-auth']).toEqual([good.images['svc-auth']]);
  expect(agreement(run.report)).toEqual([]);
});

test('the error names service, cause and last log line first, then what was done', async () => {
  await deploy(stage, await prepareRelease(stage));
  const run = await deploy(stage, await prepareRelease(stage, { web: crashing }), {}, { runId: '1002' });
  expect(run.error?.message).toMatch(
    /^web failed: The program ended with an error\. The last line of its log is “Error: relation "users" does not exist”\.[^\n]*\nThe release failed and was taken back/,
  );
});

test('a cancelled run says what goes on in ECS, and changes nothing more', async () => {
  await deploy(stage, await prepareRelease(stage));
  const controller = new AbortController();
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  stage.forgetCalls();
  const run = await deploy(
    stage,
    prepared,
    {},
    {
      runId: '1002',
      signal: controller.signal,
      onLine: (line) => {
        if (line.startsWith('svc-auth: starting')) controller.abort(new Error('cancelled'));
      },
    },
  );
  expect(run.error?.message).toBe('cancelled');
  expect(run.lines.join('\n')).toMatch(/svc-auth: ecs-svc\/\d+ goes on in ECS/);
  expect(run.outputs['verdict']).toBe('unknown');
  const ecsWrites = stage.writes().filter((name) => name !== 'PutParameter');
  expect([...ecsWrites].sort()).toEqual(['RegisterTaskDefinition', 'UpdateService', 'UpdateService']);
});

test('an image that ECR does not have refuses the release before any write', async () => {
  const prepared = await prepareRelease(stage);
  const images = JSON.stringify({ ...prepared.images, web: `sha256:${'0'.repeat(64)}` });
  stage.forgetCalls();
  const run = await deploy(stage, prepared, { images });
  expect(run.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('ECR has no image') });
  expect(run.outputs['verdict']).toBe('refused');
  expect(stage.writes()).toEqual([]);
});

test('a service that someone scaled to nothing is refused instead of deployed without proof', async () => {
  const prepared = await prepareRelease(stage);
  await deploy(stage, prepared);
  await stage.byHand.scale('web', 0);
  stage.forgetCalls();
  const run = await deploy(stage, prepared, {}, { runId: '1002' });
  expect(run.error?.message).toContain('set its desired count to 0');
  expect(stage.writes()).toEqual([]);
});

test('a secret that vanishes after the release was verified is explained by name of the cause', async () => {
  await deploy(stage, await prepareRelease(stage));
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  let deletion: Promise<void> | undefined;
  const onLine = (line: string) => {
    if (line.includes('updated as')) deletion = stage.byHand.deleteSecret('smartboard/oidc/microsoft-client-secret');
  };
  const run = await deploy(stage, prepared, { services: 'svc-auth' }, { runId: '1002', onLine });
  await deletion;
  expect(run.error?.message).toContain('A secret or parameter that the task needs is not there');
});
