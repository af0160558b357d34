import { describe, expect, test } from '@jest/globals';
import { cluster, settledService } from './ecs-release-world.ts';
import type { ReleaseWorld } from './ecs-release-world.ts';

const tasksOf = async (world: ReleaseWorld, desiredStatus: 'RUNNING' | 'STOPPED') => {
  const { taskArns } = await world.ecs.listTasks({ cluster, serviceName: 'web', desiredStatus });
  if (taskArns!.length === 0) return [];
  return (await world.ecs.describeTasks({ cluster, tasks: taskArns! })).tasks!;
};

/** The fewest tasks that ever ran, second by second. */
async function fewestRunning(world: ReleaseWorld, duration: number): Promise<number> {
  let fewest = Infinity;
  for (let second = 0; second < duration; second++) {
    fewest = Math.min(fewest, (await world.describe()).runningCount!);
    await world.seconds(1);
  }
  return fewest;
}

test('zones are rebalanced outside of any deployment, with a replacement before each stop', async () => {
  const world = await settledService();
  world.cloud.ecs.service('web').rebalance();
  expect(await fewestRunning(world, 60)).toBe(2);
  const running = await tasksOf(world, 'RUNNING');
  expect(running.map(({ startedBy }) => startedBy)).toEqual([world.id, world.id]);
  expect(await tasksOf(world, 'STOPPED')).toMatchObject([
    { stopCode: 'ServiceSchedulerInitiated', stoppedReason: `Scaling activity initiated by (deployment ${world.id})` },
  ]);
  expect((await world.describe()).deployments).toMatchObject([{ id: world.id, failedTasks: 0 }]);
  const events = (await world.events()).join('\n');
  expect(events).toMatch(/is not AZ balanced with 2 tasks in eu-west-1a\. AZ Rebalancing in progress\./);
  expect(events).toMatch(/has started 1 tasks in eu-west-1a to AZ Rebalance: \(task\)\./);
  expect(events).toMatch(/is AZ balanced with/);
});

test('a rollout that is rebalanced in its middle takes longer, and completes', async () => {
  const world = await settledService();
  await world.update({ taskDefinition: await world.register() });
  await world.until(async () => (await world.describe()).deployments![0]!.runningCount === 2);
  world.cloud.ecs.service('web').rebalance(2);
  await world.seconds(90);
  expect((await world.newest()).status).toBe('SUCCESSFUL');
  expect(await world.outline()).toEqual(['PRIMARY COMPLETED 2 2']);
  expect(await tasksOf(world, 'STOPPED')).toHaveLength(4);
});

test('a retired task is replaced first', async () => {
  const world = await settledService();
  const [retired] = world.cloud.ecs.service('web').tasks();
  world.cloud.ecs.retire(retired!);
  expect(await fewestRunning(world, 60)).toBe(2);
  expect(await tasksOf(world, 'STOPPED')).toMatchObject([
    { taskArn: retired, stoppedReason: expect.stringContaining('performing maintenance') },
  ]);
});

test('a task that dies is missed until its replacement runs', async () => {
  const world = await settledService();
  const [dead] = world.cloud.ecs.service('web').tasks();
  world.cloud.ecs.crash(dead!);
  expect(await fewestRunning(world, 60)).toBe(1);
  expect(await tasksOf(world, 'STOPPED')).toMatchObject([
    { taskArn: dead, stopCode: 'EssentialContainerExited', containers: [{ exitCode: 137 }] },
  ]);
  expect(await world.outline()).toEqual(['PRIMARY COMPLETED 2 2']);
});

test('starts that ECS throttles are an event, and come later', async () => {
  const world = await settledService();
  world.cloud.ecs.settings.launchThrottles = 2;
  await world.update({ taskDefinition: await world.register() });
  await world.seconds(20);
  expect((await world.events())[0]).toBe('(service web) operations are being throttled. Will try again later.');
  expect((await world.describe()).deployments![0]).toMatchObject({ pendingCount: 0, failedTasks: 0 });
  await world.seconds(90);
  expect(await world.outline()).toEqual(['PRIMARY COMPLETED 2 2']);
});

test('an event may mean nothing', async () => {
  const world = await settledService();
  world.cloud.ecs.service('web').say('was unable to place a task. Reason: Internal error.');
  expect((await world.events())[0]).toBe('(service web) was unable to place a task. Reason: Internal error.');
});

test('the count may be changed at the console in the middle of a rollout', async () => {
  const world = await settledService();
  await world.update({ taskDefinition: await world.register() });
  await world.seconds(5);
  world.cloud.ecs.service('web').scaleTo(0);
  await world.seconds(60);
  expect(await world.describe()).toMatchObject({ desiredCount: 0, runningCount: 0 });
  expect(await world.outline()).toEqual(['PRIMARY COMPLETED 0 0']);
});

describe('tasks that come and go', () => {
  test('flapping before COMPLETED: healthy, sick, replaced, and only then done', async () => {
    const world = await settledService({ labels: { 'simulator.stops-in': '25' } });
    await world.update({ taskDefinition: await world.register({ 'simulator.flaps': '7,60' }) });
    await world.until(async () => (await world.newest()).status === 'SUCCESSFUL');
    const reasons = (await tasksOf(world, 'STOPPED')).map(({ stoppedReason }) => stoppedReason);
    expect(reasons).toContain('Task failed container health checks');
    await world.seconds(60);
    expect(await world.outline()).toEqual([expect.stringMatching(/^PRIMARY COMPLETED/)]);
  });

  test('dying shortly after COMPLETED: the deployment stays what it is, the tasks do not', async () => {
    const world = await settledService();
    await world.update({
      taskDefinition: await world.register({ 'simulator.runs-for': '40', 'simulator.exit-code': '1' }),
    });
    await world.until(async () => (await world.newest()).status === 'SUCCESSFUL');
    await world.until(async () => (await world.describe()).runningCount === 0);
    expect(await world.outline()).toEqual(['PRIMARY COMPLETED 2 0']);
  });

  test('only the first ones fail: the rollout recovers', async () => {
    const world = await settledService();
    const labels = { 'simulator.only-first': '2', 'simulator.exit-code': '1' };
    await world.update({ taskDefinition: await world.register(labels) });
    await world.until(async () => (await world.describe()).deployments![0]!.failedTasks === 2);
    await world.seconds(120);
    expect((await world.newest()).status).toBe('SUCCESSFUL');
    expect((await world.describe()).deployments).toMatchObject([{ failedTasks: 0, runningCount: 2 }]);
  });
});
