import { describe, expect, test } from '@jest/globals';
import { judge } from '../truth.ts';
import { errorOf } from './account.ts';
import { cluster, settledService } from './ecs-release-world.ts';
import type { ReleaseWorld } from './ecs-release-world.ts';

type CleanUp = 'BLOCKING' | 'DEFERRED';

const early = (healthyPercent: number, sourceServiceRevisionCleanup: CleanUp) => ({
  desiredCount: 4,
  deploymentConfiguration: {
    minimumHealthyPercent: 50,
    maximumPercent: 100,
    earlySuccessCriteria: { enable: true, healthyPercent, sourceServiceRevisionCleanup },
  },
});

/** Old tasks take a minute to stop, and a rollout is done as soon as ECS says so. */
async function completed(healthyPercent: number, cleanUp: CleanUp): Promise<ReleaseWorld> {
  const world = await settledService({
    ...early(healthyPercent, cleanUp),
    labels: { 'simulator.stops-in': '25' },
  });
  await world.update({ taskDefinition: await world.register() });
  await world.until(async () => (await world.describe()).deployments![0]!.rolloutState === 'COMPLETED');
  return world;
}

test('DEFERRED: COMPLETED while an old deployment is still ACTIVE', async () => {
  const world = await completed(50, 'DEFERRED');
  expect(await world.outline()).toMatchObject([
    expect.stringMatching(/^PRIMARY COMPLETED 4 2/),
    expect.stringMatching(/^ACTIVE COMPLETED/),
  ]);
  expect((await world.newest()).status).toBe('SUCCESSFUL');
  await world.seconds(120);
  expect(await world.outline()).toEqual(['PRIMARY COMPLETED 4 4']);
  expect((await world.events())[0]).toContain('has reached a steady state.');
});

test('BLOCKING: the old tasks are gone first, the new ones need not all be there', async () => {
  const world = await completed(50, 'BLOCKING');
  const { taskArns } = await world.ecs.listTasks({ cluster, serviceName: 'web' });
  const { tasks } = await world.ecs.describeTasks({ cluster, tasks: taskArns! });
  expect(new Set(tasks!.map(({ taskDefinitionArn }) => taskDefinitionArn)).size).toBe(1);
  expect((await world.describe()).deployments).toHaveLength(1);
});

const claim = (digest: string | undefined) => ({
  verdict: 'succeeded',
  services: [{ name: 'web', cluster, digest }],
});

test('the judge takes an early success as a success, of the new image alone', async () => {
  const world = await completed(50, 'DEFERRED');
  const [truth] = world.cloud.ecs.truth();
  expect(truth).toMatchObject({ completedEarly: true, runningDigests: [expect.any(String)] });
  expect(judge(world.cloud, claim(truth!.runningDigests[0]))).toEqual({ agrees: true, differences: [] });
  expect(judge(world.cloud, claim(`sha256:${'0'.repeat(64)}`)).agrees).toBe(false);
  await world.seconds(120);
  expect(world.cloud.ecs.truth()[0]).toMatchObject({ completedEarly: false, deployments: 1 });
});

test('tasks that fail after an early success go back nowhere', async () => {
  const world = await settledService({
    ...early(50, 'DEFERRED'),
    deploymentConfiguration: {
      ...early(50, 'DEFERRED').deploymentConfiguration,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
  });
  const wanted = await world.register({ 'simulator.runs-for': '20', 'simulator.exit-code': '1' });
  await world.update({ taskDefinition: wanted });
  await world.until(async () => (await world.describe()).deployments![0]!.rolloutState === 'COMPLETED');
  await world.seconds(600);
  expect((await world.describe()).taskDefinition).toBe(wanted);
  expect((await world.newest()).status).toBe('SUCCESSFUL');
});

describe('criteria are refused', () => {
  test.each([
    ['below the minimum of healthy tasks', early(40, 'DEFERRED').deploymentConfiguration],
    ['that say nothing', { earlySuccessCriteria: { enable: true } }],
    ['of another strategy', { strategy: 'BLUE_GREEN' as const, earlySuccessCriteria: { enable: false } }],
  ])('%s', async (_what, deploymentConfiguration) => {
    const world = await settledService();
    expect((await errorOf(world.update({ deploymentConfiguration }))).name).toBe('InvalidParameterException');
  });
});
