import { describe, expect, test } from '@jest/globals';
import { errorOf } from './account.ts';
import { cluster, settledService } from './ecs-release-world.ts';
import type { ReleaseWorld } from './ecs-release-world.ts';

const stop = async ({ ecs }: ReleaseWorld, serviceDeploymentArn: string) =>
  ecs.stopServiceDeployment({ serviceDeploymentArn, stopType: 'ROLLBACK' });

const crashing = { 'simulator.exit-code': '1' };
const withBreaker = (rollback: boolean) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

test('a rollout that is stopped is requested to go back, then goes back to its old deployment', async () => {
  const world = await settledService();
  const { arn } = await world.update({ taskDefinition: await world.register() }).then(world.newest);
  await world.seconds(5);
  expect((await world.newest()).status).toBe('IN_PROGRESS');
  await stop(world, arn);
  expect((await world.newest()).status).toBe('ROLLBACK_REQUESTED');
  expect(await world.newest()).not.toHaveProperty('rollback');
  expect(await world.outline()).toEqual([
    expect.stringMatching(/^PRIMARY IN_PROGRESS/),
    expect.stringMatching(/^ACTIVE COMPLETED/),
  ]);
  await world.seconds(2);
  expect((await world.newest()).status).toBe('ROLLBACK_IN_PROGRESS');
  await world.seconds(60);
  expect(await world.newest()).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    statusReason: 'Service deployment rolled back because a stop was requested.',
  });
  expect((await world.describe()).deployments).toMatchObject([{ id: world.id, rolloutState: 'COMPLETED' }]);
});

test('a PENDING rollout that is stopped never starts a task', async () => {
  const world = await settledService();
  const begun = await world.update({ taskDefinition: await world.register() });
  expect((await world.newest()).status).toBe('PENDING');
  await stop(world, (await world.newest()).arn);
  await world.seconds(60);
  expect((await world.newest()).status).toBe('ROLLBACK_SUCCESSFUL');
  const { taskArns } = await world.ecs.listTasks({
    cluster,
    startedBy: begun.deployments![0]!.id!,
    desiredStatus: 'STOPPED',
  });
  expect(taskArns).toEqual([]);
});

test('a rollback that goes on is not disturbed by a stop', async () => {
  const world = await settledService(withBreaker(true));
  await world.update({ taskDefinition: await world.register(crashing) });
  await world.until(async () => (await world.newest()).status === 'ROLLBACK_IN_PROGRESS');
  await stop(world, (await world.newest()).arn);
  expect((await world.newest()).status).toBe('ROLLBACK_IN_PROGRESS');
  await world.seconds(90);
  expect((await world.newest()).status).toBe('ROLLBACK_SUCCESSFUL');
});

test('one that is stopping goes on stopping', async () => {
  const world = await settledService(withBreaker(false));
  await world.update({ taskDefinition: await world.register(crashing) });
  await world.until(async () => (await world.newest()).status === 'STOP_REQUESTED');
  await stop(world, (await world.newest()).arn);
  await world.seconds(5);
  expect((await world.newest()).status).toBe('STOPPED');
});

test('one that completes before the rollback begins is SUCCESSFUL', async () => {
  const world = await settledService();
  world.cloud.ecs.settings.rollbackStart = [300, 300];
  await world.update({ taskDefinition: await world.register() });
  await world.seconds(5);
  await stop(world, (await world.newest()).arn);
  await world.seconds(120);
  expect(await world.newest()).not.toHaveProperty('statusReason');
  await world.seconds(300);
  expect((await world.newest()).status).toBe('SUCCESSFUL');
});

test('a newer deployment supersedes a rollback that was only requested', async () => {
  const world = await settledService();
  await world.update({ taskDefinition: await world.register() });
  const { arn } = await world.newest();
  await stop(world, arn);
  const wanted = await world.register();
  await world.update({ taskDefinition: wanted });
  await world.seconds(120);
  const { serviceDeployments } = await world.ecs.describeServiceDeployments({ serviceDeploymentArns: [arn] });
  expect(serviceDeployments).toMatchObject([{ status: 'STOPPED' }]);
  expect(await world.describe()).toMatchObject({
    taskDefinition: wanted,
    deployments: [{ rolloutState: 'COMPLETED' }],
  });
});

test('without a deployment to go back to, the rollback fails', async () => {
  const world = await settledService({ labels: { 'simulator.healthy-after': '3600' } });
  await stop(world, (await world.newest()).arn);
  await world.seconds(5);
  expect(await world.newest()).toMatchObject({
    status: 'ROLLBACK_FAILED',
    statusReason: 'No rollback candidate was found to run the rollback.',
  });
  expect(await world.outline()).toMatchObject([expect.stringMatching(/^PRIMARY FAILED/)]);
});

describe('it is refused', () => {
  test('once the deployment has ended', async () => {
    const world = await settledService();
    const error = await errorOf(stop(world, (await world.newest()).arn));
    expect(error).toMatchObject({ name: 'ConflictException', $metadata: { httpStatusCode: 400 } });
  });

  test('for a deployment that nobody knows', async () => {
    const world = await settledService();
    expect((await errorOf(stop(world, 'arn:aws:ecs:eu-west-1:1:none'))).name).toBe(
      'ServiceDeploymentNotFoundException',
    );
  });

  test('with ABORT, of which nothing is documented', async () => {
    const world = await settledService();
    const { arn } = await world.newest();
    const error = await errorOf(world.ecs.stopServiceDeployment({ serviceDeploymentArn: arn, stopType: 'ABORT' }));
    expect(error.name).toBe('NotSimulatedException');
  });
});

test('a deployment that failed without rollback may leave the list', async () => {
  const world = await settledService(withBreaker(false));
  world.cloud.ecs.settings.failedListedSeconds = 60;
  await world.update({ taskDefinition: await world.register(crashing) });
  await world.until(async () => (await world.describe()).deployments![0]!.rolloutState === 'FAILED');
  await world.seconds(50);
  expect(await world.outline()).toEqual(['PRIMARY FAILED 2 0', 'ACTIVE COMPLETED 2 2']);
  await world.seconds(15);
  expect(await world.describe()).toMatchObject({
    taskDefinition: world.first,
    deployments: [{ id: world.id, status: 'PRIMARY', rolloutState: 'COMPLETED' }],
  });
});
