import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { errorOf } from './account.ts';
import { settledService } from './ecs-release-world.ts';
import type { ReleaseWorld } from './ecs-release-world.ts';

const strategies: Readonly<Record<string, DeploymentConfiguration>> = {
  BLUE_GREEN: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
  LINEAR: { strategy: 'LINEAR', linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 } },
  CANARY: { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 } },
};

/** A headless service in the middle of a rollout with this strategy. */
async function rollout(deploymentConfiguration: DeploymentConfiguration, labels: Record<string, string> = {}) {
  const world = await settledService({ deploymentConfiguration });
  await world.seconds(120);
  await world.update({ taskDefinition: await world.register(labels) });
  return world;
}

const stage = async (world: ReleaseWorld) => (await world.newest()).lifecycleStage;

/** Every stage that is seen until the service deployment ends, each once in a row. */
async function stagesOf(world: ReleaseWorld): Promise<string[]> {
  const seen: string[] = [];
  await world.until(async () => {
    const { lifecycleStage, finishedAt } = await world.newest();
    if (lifecycleStage !== undefined && seen.at(-1) !== lifecycleStage) seen.push(lifecycleStage);
    return finishedAt !== undefined;
  }, 1800);
  return seen;
}

const upToShift = ['PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT'];
const shift = ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'];
const end = ['POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP'];

describe('a rollout goes through its stages in order', () => {
  test.each([
    ['BLUE_GREEN', 1, 60],
    ['LINEAR', 3, 120],
    ['CANARY', 2, 60],
  ])('%s shifts %i times and bakes %i seconds', async (strategy, shifts, bakes) => {
    const world = await rollout(strategies[strategy]!);
    world.cloud.ecs.settings.stage = [1, 1];
    expect(await stagesOf(world)).toEqual([
      ...upToShift,
      ...Array.from({ length: shifts }, () => shift).flat(),
      ...end,
    ]);
    const { startedAt, finishedAt, status } = await world.newest();
    expect(status).toBe('SUCCESSFUL');
    const took = (finishedAt!.getTime() - startedAt!.getTime()) / 1000;
    expect(took).toBeGreaterThan(bakes);
    expect(took).toBeLessThan(bakes + 90);
    expect(await world.outline()).toEqual(['PRIMARY COMPLETED 2 2']);
  });
});

test('both revisions run in full until the clean-up', async () => {
  const world = await rollout(strategies['BLUE_GREEN']!);
  await world.until(async () => (await stage(world)) === 'BAKE_TIME');
  expect(await world.outline()).toEqual(['PRIMARY IN_PROGRESS 2 2', 'ACTIVE COMPLETED 2 2']);
  expect(await world.newest()).toMatchObject({
    status: 'IN_PROGRESS',
    sourceServiceRevisions: [{ requestedTaskCount: 2, runningTaskCount: 2 }],
    targetServiceRevision: { requestedTaskCount: 2, runningTaskCount: 2 },
  });
  await world.until(async () => (await stage(world)) === 'CLEAN_UP');
  await world.seconds(3);
  expect((await world.outline())[1]).toBe('ACTIVE COMPLETED 0 0');
});

test('a rollout that is stopped while it bakes goes back at once: the old tasks still run', async () => {
  const world = await rollout(strategies['BLUE_GREEN']!);
  await world.until(async () => (await stage(world)) === 'BAKE_TIME');
  await world.ecs.stopServiceDeployment({ serviceDeploymentArn: (await world.newest()).arn });
  await world.seconds(3);
  expect((await world.describe()).deployments).toMatchObject([
    { id: world.id, status: 'PRIMARY', runningCount: 2 },
    { status: 'ACTIVE', rolloutState: 'FAILED' },
  ]);
  await world.seconds(20);
  expect(await world.newest()).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', lifecycleStage: 'CLEAN_UP' });
});

test('an alarm during the bake time goes back', async () => {
  const alarms = { alarmNames: ['web-5xx'], enable: true, rollback: true };
  const world = await rollout({ ...strategies['BLUE_GREEN'], alarms });
  await world.until(async () => (await stage(world)) === 'BAKE_TIME');
  world.cloud.alarms.set('web-5xx', 'ALARM');
  await world.seconds(60);
  expect(await world.newest()).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', alarms: { status: 'TRIGGERED' } });
});

test('tasks that do not start trip the circuit breaker, and the old ones were never touched', async () => {
  const deploymentCircuitBreaker = { enable: true, rollback: true };
  const crash = { 'simulator.exit-code': '1' };
  const world = await rollout({ ...strategies['CANARY'], deploymentCircuitBreaker }, crash);
  await world.until(async () => {
    expect((await world.describe()).deployments!.find(({ id }) => id === world.id)!.runningCount).toBe(2);
    return (await world.newest()).status === 'ROLLBACK_SUCCESSFUL';
  });
  expect((await world.describe()).taskDefinition).toBe(world.first);
});

test('a rollout that supersedes another reconciles first', async () => {
  const world = await rollout(strategies['BLUE_GREEN']!);
  await world.until(async () => (await stage(world)) === 'BAKE_TIME');
  const wanted = await world.register();
  await world.update({ taskDefinition: wanted });
  expect((await stagesOf(world))[0]).toBe('RECONCILE_SERVICE');
  expect(await world.describe()).toMatchObject({ taskDefinition: wanted, runningCount: 2 });
  expect(await world.outline()).toEqual(['PRIMARY COMPLETED 2 2']);
});

describe('a configuration is refused', () => {
  const hook = (targetType: 'AWS_LAMBDA' | 'PAUSE', stages: string[]) => ({
    ...strategies['BLUE_GREEN'],
    lifecycleHooks: [{ targetType, lifecycleStages: stages as never }],
  });
  test.each([
    ['with a pause in the middle of a shift', hook('PAUSE', ['PRODUCTION_TRAFFIC_SHIFT']), 'InvalidParameterException'],
    ['with a Lambda function', hook('AWS_LAMBDA', ['PRE_SCALE_UP']), 'NotSimulatedException'],
    ['with steps of 2 %', { strategy: 'LINEAR', linearConfiguration: { stepPercent: 2 } }, 'InvalidParameterException'],
    [
      'with a canary of 0 %',
      { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0 } },
      'InvalidParameterException',
    ],
    ['with a canary while linear', { ...strategies['LINEAR'], canaryConfiguration: {} }, 'InvalidParameterException'],
    ['with a bake time while rolling', { bakeTimeInMinutes: 1 }, 'NotSimulatedException'],
  ] as [string, DeploymentConfiguration, string][])('%s', async (_what, deploymentConfiguration, name) => {
    const world = await settledService();
    expect((await errorOf(world.update({ deploymentConfiguration }))).name).toBe(name);
  });
});
