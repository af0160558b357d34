import { BatchDeleteImageCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  deploy,
  operate,
  type Prepared,
  prepareRelease,
  runningDigests,
} from '../../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../../rehearsal/test/stage/stage.ts';
import { ecsOf, serviceOf } from '../by-others.ts';

let stage: Stage;
let good: Prepared;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  good = await prepareRelease(stage);
  await deploy(stage, good, {}, { runId: '1001' });
});
afterEach(() => stage.close());

/** The next release of one service; `act` comes when its rollout has begun. */
async function next(labels: Readonly<Record<string, string>>, act: () => unknown, others = {}) {
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2', ...labels } });
  const onLine = (line: string) => void (line.startsWith('svc-auth: updated') && act());
  const run = await deploy(stage, prepared, { services: 'svc-auth', ...others }, { runId: '1002', onLine });
  return { prepared, run };
}

const service = () => stage.cloud.ecs.service('smartboard-svc-auth');

test('an image that is deleted while it is rolled out is taken back, and named', async () => {
  const ecr = new ECRClient(stage.aws.configuration);
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  const imageIds = [{ imageDigest: prepared.images['svc-auth'] }];
  const onLine = (line: string) =>
    void (
      line.startsWith('svc-auth: updated') &&
      ecr.send(new BatchDeleteImageCommand({ repositoryName: 'smartboard-svc-auth', imageIds }))
    );
  const run = await deploy(stage, prepared, { services: 'svc-auth' }, { runId: '1002', onLine });
  expect(run.outputs['verdict']).toBe('undone');
  expect(run.error?.message).toMatch(/image/i);
  expect(runningDigests(stage)['smartboard-svc-auth']).toEqual([good.images['svc-auth']]);
});

test('old tasks that take their time to end are waited for: until then two releases answer', async () => {
  stage.cloud.ecs.settings.deprovisioning = [150, 160];
  const { run } = await next({}, () => undefined);
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.seconds).toBeGreaterThan(150);
});

test('without any capacity the time is over, the reason was told, and the next release is good', async () => {
  stage.cloud.ecs.settings.placementFailures = 1_000;
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '3' } });
  const inputs = { services: 'svc-auth', 'wait-for-minutes': '3' };
  const late = await deploy(stage, prepared, inputs, { runId: '1003' });
  expect(late.outputs['verdict']).toBe('timed-out');
  expect(late.lines).toContainEqual(expect.stringContaining('Capacity is unavailable'));
  stage.cloud.ecs.settings.placementFailures = 0;
  const after = await deploy(stage, await prepareRelease(stage), {}, { runId: '1004' });
  expect(after.outputs['verdict']).toBe('succeeded');
});

test('a task that Fargate retires, and one that Spot takes, fail nothing', async () => {
  const retire = () =>
    stage.cloud.clock.after(25_000, () =>
      service()
        .tasks()
        .forEach((arn) => stage.cloud.ecs.retire(arn)),
    );
  expect((await next({}, retire)).run.outputs['verdict']).toBe('succeeded');
  const prepared = await prepareRelease(stage, { worker: { version: '2' } });
  const onLine = (line: string) =>
    void (
      line.startsWith('worker: updated') &&
      stage.cloud.clock.after(30_000, () =>
        stage.cloud.ecs
          .service('smartboard-worker')
          .tasks()
          .forEach((arn) => stage.cloud.ecs.interrupt(arn, 'SpotInterruption')),
      )
    );
  const run = await deploy(stage, prepared, { services: 'worker' }, { runId: '1003', onLine });
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(runningDigests(stage)['smartboard-worker']).toEqual([prepared.images['worker']]);
});

test('a failure is seen although a hundred newer events hide it', async () => {
  const chatter = () => {
    for (let second = 1; second <= 300; second++)
      stage.cloud.clock.after(second * 1_000, () => service().say(`is AZ balanced with ${second} tasks.`));
  };
  const { run } = await next({ 'simulator.exit-code': '1' }, chatter);
  expect(run.outputs['verdict']).toBe('undone');
  expect(runningDigests(stage)['smartboard-svc-auth']).toEqual([good.images['svc-auth']]);
});

test('someone who deploys by hand in the middle supersedes the release, whose report shows their revision', async () => {
  const other = await stage.push('svc-auth', { version: 'by hand' });
  const act = () => stage.cloud.clock.after(20_000, () => void stage.byHand.deploy('svc-auth', other));
  const { run } = await next({}, act);
  expect(run.outputs['verdict']).toBe('superseded');
  const reported = run.report?.services.find(({ name }) => name === 'svc-auth');
  expect(reported?.taskDefinition).toBe((await serviceOf(stage, 'svc-auth'))?.taskDefinition);
});

test('the revision of a good release stays registered when its service was scaled to nothing by hand', async () => {
  const before = (await serviceOf(stage, 'svc-auth'))?.taskDefinition;
  await stage.byHand.scale('svc-auth', 0);
  await stage.aws.clock.sleep(60_000);
  const { run } = await next({}, () => undefined, { 'desired-count': '1' });
  expect(run.outputs['verdict']).toBe('succeeded');
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: before });
  expect((await ecsOf(stage).send(command)).taskDefinition?.status).toBe('ACTIVE');
  const back = await operate(stage, { operation: 'rollback', reason: 'the page is blank' }, { runId: '1003' });
  expect(back.outputs['verdict']).toBe('rolled-back');
  expect(runningDigests(stage)['smartboard-svc-auth']).toEqual([good.images['svc-auth']]);
});

test('a role that expires in the middle and is not given out again leaves ECS at work, and says that it does not know', async () => {
  const expire = () =>
    stage.setFaults([
      { operation: 'ecs:*', kind: 'expired-token', after: 15 },
      { operation: 'ssm:*', kind: 'expired-token', after: 15 },
      { operation: 'sts:AssumeRoleWithWebIdentity', kind: 'error', code: 'AccessDenied', status: 403, after: 15 },
    ]);
  const { run, prepared } = await next({}, expire);
  expect(run.outputs['verdict']).toBe('unknown');
  expect(run.error).toMatchObject({ code: expect.stringMatching(/^E_/) });
  stage.setFaults([]);
  await stage.aws.clock.sleep(60_000);
  const again = await deploy(stage, prepared, { services: 'svc-auth' }, { runId: '1002', runAttempt: 2 });
  expect(again.outputs['verdict']).toBe('succeeded');
  expect(runningDigests(stage)['smartboard-svc-auth']).toEqual([prepared.images['svc-auth']]);
});
