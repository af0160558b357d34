import { expect, test } from '@jest/globals';
import { errorOf } from './account.ts';
import { settledService } from './ecs-release-world.ts';

const blueGreen = { strategy: 'BLUE_GREEN' as const, bakeTimeInMinutes: 1 };

const paused = (more: object = {}) => ({
  ...blueGreen,
  lifecycleHooks: [{ targetType: 'PAUSE' as const, lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT' as const], ...more }],
});
/** Paused, with the service deployment and the hook that waits. */
const pausedRollout = async (more: object = {}) => {
  const world = await settledService();
  await world.update({ deploymentConfiguration: paused(more) });
  await world.update({ taskDefinition: await world.register() });
  await world.until(async () => (await world.newest()).lifecycleHookDetails?.[0]?.status === 'AWAITING_ACTION');
  const { arn: serviceDeploymentArn, lifecycleHookDetails } = await world.newest();
  return { ...world, serviceDeploymentArn, hookId: lifecycleHookDetails![0]!.hookId! };
};

test('a PAUSE hook holds the rollout for up to a day', async () => {
  const world = await pausedRollout();
  await world.seconds(600);
  const { lifecycleHookDetails, lifecycleStage, startedAt } = await world.newest();
  expect(lifecycleStage).toBe('POST_TEST_TRAFFIC_SHIFT');
  expect(lifecycleHookDetails).toMatchObject([
    { hookId: expect.stringMatching(/^ecs-pause-.{43}$/), targetType: 'PAUSE', timeoutAction: 'ROLLBACK' },
  ]);
  const wait = lifecycleHookDetails![0]!.expiresAt!.getTime() - startedAt!.getTime();
  expect(wait / 3_600_000).toBeCloseTo(24, 0);
});

test('a hook that nobody answers goes back at its time', async () => {
  const world = await pausedRollout({ timeoutConfiguration: { timeoutInMinutes: 10 } });
  await world.seconds(600 + 60);
  expect(await world.newest()).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    statusReason: expect.stringContaining('POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed'),
    lifecycleHookDetails: [{ status: 'TIMED_OUT' }],
  });
});

test('the rollout goes on when told so', async () => {
  const { ecs, serviceDeploymentArn, hookId, ...world } = await pausedRollout();
  await ecs.continueServiceDeployment({ serviceDeploymentArn, hookId, action: 'CONTINUE' });
  expect((await world.newest()).lifecycleHookDetails).toMatchObject([{ status: 'SUCCEEDED' }]);
  await world.seconds(150);
  expect((await world.newest()).status).toBe('SUCCESSFUL');
  const again = await errorOf(ecs.continueServiceDeployment({ serviceDeploymentArn, hookId }));
  expect(again.name).toBe('InvalidParameterException');
});

test('the rollout goes back when told so', async () => {
  const { ecs, serviceDeploymentArn, hookId, ...world } = await pausedRollout();
  await ecs.continueServiceDeployment({ serviceDeploymentArn, hookId, action: 'ROLLBACK' });
  await world.seconds(60);
  expect(await world.newest()).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    lifecycleHookDetails: [{ status: 'FAILED' }],
  });
});

test('the rollout may go on by itself at its time', async () => {
  const world = await pausedRollout({ timeoutConfiguration: { timeoutInMinutes: 10, action: 'CONTINUE' } });
  await world.seconds(600 + 150);
  expect(await world.newest()).toMatchObject({
    status: 'SUCCESSFUL',
    lifecycleHookDetails: [{ status: 'TIMED_OUT' }],
  });
});

test('nothing is answered for a deployment or a hook that is not there', async () => {
  const { ecs, serviceDeploymentArn, hookId } = await pausedRollout();
  const answer = (change: object) =>
    errorOf(ecs.continueServiceDeployment({ serviceDeploymentArn, hookId, ...change })).then(({ name }) => name);
  expect(await answer({ serviceDeploymentArn: 'arn:none' })).toBe('ServiceDeploymentNotFoundException');
  expect(await answer({ hookId: 'ecs-pause-none' })).toBe('InvalidParameterException');
});
