import { describe, expect, test } from '@jest/globals';
import { createWeb, ecsWorld, messages, register, registry, updateWeb } from './ecs-world.ts';
import type { EcsWorld } from './ecs-world.ts';

async function settledWeb(more: object = {}) {
  const world = ecsWorld();
  const definition = register(world, world.push('web:1'));
  createWeb(world, definition, more);
  await world.seconds(60);
  return { world, definition, first: world.service('web').deployments[0].id as string };
}

const outline = (world: EcsWorld) =>
  world
    .service('web')
    .deployments.map(({ status, rolloutState, desiredCount, runningCount, pendingCount }: Record<string, unknown>) =>
      [status, rolloutState, desiredCount, runningCount, pendingCount].join(' '),
    );

const statuses = (world: EcsWorld) =>
  world
    .call('ListServiceDeployments', { cluster: 'smartboard', service: 'web' })
    .serviceDeployments.map(({ status }: { status: string }) => status);

test('a new revision runs beside the old one, then replaces it', async () => {
  const { world, first } = await settledWeb();
  const second = register(world, world.push('web:2'));
  const answer = updateWeb(world, { taskDefinition: second });
  expect(answer.deployments).toMatchObject([
    { status: 'PRIMARY', desiredCount: 0 },
    { id: first, status: 'ACTIVE' },
  ]);
  expect(answer.currentServiceDeployment).toContain(':service-deployment/smartboard/web/');
  expect(outline(world)).toEqual(['PRIMARY IN_PROGRESS 0 0 0', 'ACTIVE COMPLETED 1 1 0']);
  await world.seconds(5);
  expect(outline(world)).toEqual(['PRIMARY IN_PROGRESS 1 0 1', 'ACTIVE COMPLETED 1 1 0']);
  await world.seconds(20);
  expect(outline(world)).toEqual(['PRIMARY IN_PROGRESS 1 1 0', 'ACTIVE COMPLETED 0 0 0']);
  await world.seconds(15);
  expect(outline(world)).toEqual(['PRIMARY COMPLETED 1 1 0']);
  expect(statuses(world)).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
  expect(world.service('web')).toMatchObject({ taskDefinition: second, runningCount: 1 });
  expect(world.service('web').currentServiceDeployment).toBeUndefined();
});

test('events tell the story in the words of ECS', async () => {
  const { world } = await settledWeb();
  updateWeb(world, { forceNewDeployment: true });
  await world.seconds(60);
  expect(messages(world)).toEqual([
    '(service web) has started 1 tasks: (task).',
    '(service web) (deployment ecs-svc/) deployment completed.',
    '(service web) has reached a steady state.',
    '(service web) has started 1 tasks: (task).',
    '(service web) has stopped 1 running tasks: (task).',
    '(service web) (deployment ecs-svc/) deployment completed.',
    '(service web) has reached a steady state.',
  ]);
});

describe('what starts a deployment', () => {
  const otherNetwork = { awsvpcConfiguration: { subnets: ['subnet-2'] } };
  test.each([
    ['the same task definition again', () => ({}), 0],
    ['force', () => ({ forceNewDeployment: true }), 1],
    ['another network', () => ({ networkConfiguration: otherNetwork }), 1],
    ['another platform version', () => ({ platformVersion: '1.4.0' }), 1],
    ['a desired count', () => ({ desiredCount: 2 }), 0],
    ['deployment configuration', () => ({ deploymentConfiguration: { maximumPercent: 150 } }), 0],
    ['a grace period', () => ({ healthCheckGracePeriodSeconds: 30, enableExecuteCommand: true }), 0],
  ])('%s', async (_what, change, count) => {
    const { world, definition } = await settledWeb();
    updateWeb(world, { taskDefinition: definition, ...change() });
    expect(statuses(world)).toHaveLength(1 + count);
  });
});

test('a service without any health check waits 40 seconds in RUNNING', async () => {
  const world = ecsWorld();
  createWeb(world, register(world, world.push('web:1'), { healthCheck: undefined }));
  await world.seconds(45);
  expect(outline(world)).toEqual(['PRIMARY IN_PROGRESS 1 1 0']);
  await world.seconds(15);
  expect(outline(world)).toEqual(['PRIMARY COMPLETED 1 1 0']);
});

test('a second update supersedes the first, whose tasks are drained', async () => {
  const { world } = await settledWeb();
  updateWeb(world, { taskDefinition: register(world, world.push('web:2')) });
  await world.seconds(6);
  const third = register(world, world.push('web:3'));
  updateWeb(world, { taskDefinition: third });
  expect(outline(world)).toEqual(['PRIMARY IN_PROGRESS 0 0 0', 'ACTIVE IN_PROGRESS 0 0 1', 'ACTIVE COMPLETED 1 1 0']);
  expect(statuses(world)).toEqual(['PENDING', 'STOP_REQUESTED', 'SUCCESSFUL']);
  await world.seconds(60);
  expect(outline(world)).toEqual(['PRIMARY COMPLETED 1 1 0']);
  expect(statuses(world)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
  expect(world.service('web').taskDefinition).toBe(third);
  expect(messages(world)).toContain('(service web) stopped 1 pending tasks.');
});

test('an update that is superseded before it began starts nothing', async () => {
  const { world } = await settledWeb();
  const skipped = updateWeb(world, { taskDefinition: register(world, world.push('web:2')) }).deployments[0].id;
  updateWeb(world, { taskDefinition: register(world, world.push('web:3')) });
  await world.seconds(90);
  expect(outline(world)).toEqual(['PRIMARY COMPLETED 1 1 0']);
  const stopped = world.call('ListTasks', { cluster: 'smartboard', desiredStatus: 'STOPPED' }).taskArns;
  const running = world.call('ListTasks', { cluster: 'smartboard' }).taskArns;
  const starters = [...stopped, ...running].map((arn: string) => world.task(arn).startedBy);
  expect(starters).toHaveLength(2);
  expect(starters).not.toContain(skipped);
  expect(statuses(world)).toEqual(['SUCCESSFUL', 'STOPPED', 'SUCCESSFUL']);
});

test('scaling keeps the deployment; at 0 a deployment completes without proof', async () => {
  const { world, first } = await settledWeb();
  updateWeb(world, { desiredCount: 3 });
  await world.seconds(60);
  expect(outline(world)).toEqual(['PRIMARY COMPLETED 3 3 0']);
  updateWeb(world, { desiredCount: 0 });
  await world.seconds(30);
  expect(world.service('web').deployments[0]).toMatchObject({ id: first, runningCount: 0 });
  updateWeb(world, { taskDefinition: register(world, 'nobody/pushed:this') });
  await world.seconds(5);
  expect(outline(world)).toEqual(['PRIMARY COMPLETED 0 0 0']);
});

test('a tag is resolved once: what it points to later does not leak into the deployment', async () => {
  const { world } = await settledWeb();
  const [running] = world.ecs.truth()[0]!.runningDigests;
  world.images.set(`${registry}/web:1`, world.images.get(world.push('web:2'))!);
  updateWeb(world, { desiredCount: 2 });
  await world.seconds(60);
  expect(world.ecs.truth()[0]).toMatchObject({ running: 2, runningDigests: [running] });
  updateWeb(world, { forceNewDeployment: true });
  await world.seconds(90);
  expect(world.ecs.truth()[0]!.runningDigests).not.toEqual([running]);
});

test('percentages that leave no room are said to be stuck', async () => {
  const { world } = await settledWeb({
    deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 },
  });
  updateWeb(world, { forceNewDeployment: true });
  await world.seconds(600);
  expect(outline(world)[0]).toBe('PRIMARY IN_PROGRESS 1 0 0');
  expect(messages(world).at(-1)).toContain('was unable to stop or start tasks during a deployment');
});

test('a task that cannot be placed is an event, not a failure', async () => {
  const { world } = await settledWeb();
  world.ecs.settings.placementFailures = 2;
  updateWeb(world, { forceNewDeployment: true });
  await world.seconds(10);
  expect(messages(world).at(-1)).toMatch(/was unable to place a task\. Reason: Capacity is unavailable at this time/);
  expect(world.service('web').deployments[0].failedTasks).toBe(0);
  await world.seconds(90);
  expect(outline(world)).toEqual(['PRIMARY COMPLETED 1 1 0']);
});

test('a stopped task is replaced, and the deployment stays COMPLETED', async () => {
  const { world, first } = await settledWeb();
  const [taskArn] = world.call('ListTasks', { cluster: 'smartboard', serviceName: 'web' }).taskArns;
  world.call('StopTask', { cluster: 'smartboard', task: taskArn, reason: 'maintenance' });
  await world.seconds(90);
  expect(world.service('web').deployments).toMatchObject([{ id: first, rolloutState: 'COMPLETED', runningCount: 1 }]);
  expect(world.task(taskArn)).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'UserInitiated',
    stoppedReason: 'maintenance',
  });
  expect(messages(world).at(-1)).toBe('(service web) has reached a steady state.');
});

test('a task that turns unhealthy is replaced before it is stopped, by its own revision', async () => {
  const { world, first } = await settledWeb();
  const sick = register(world, world.push('web:2', { 'simulator.unhealthy': '100' }));
  updateWeb(world, { taskDefinition: sick });
  await world.seconds(90);
  expect(world.service('web').deployments).toMatchObject([{ taskDefinition: sick, rolloutState: 'COMPLETED' }]);
  expect(world.service('web').deployments[0].id).not.toBe(first);
  let least = 1;
  for (let second = 0; second < 60; second++) {
    await world.seconds(1);
    least = Math.min(least, world.service('web').runningCount);
  }
  expect(least).toBe(1);
  expect(messages(world)).toEqual(
    expect.arrayContaining([
      '(service web) (task) failed container health checks.',
      '(service web) has started 1 tasks: (task). Amazon ECS replaced 1 tasks due to an unhealthy status.',
    ]),
  );
  expect(world.service('web').deployments).toMatchObject([{ taskDefinition: sick, rolloutState: 'COMPLETED' }]);
});

test('a deleted service drains, stays describable, and may be made again', async () => {
  const { world, definition } = await settledWeb();
  expect(() => world.call('DeleteService', { cluster: 'smartboard', service: 'web' })).toThrow(/scaled above 0/);
  world.call('DeleteService', { cluster: 'smartboard', service: 'web', force: true });
  expect(world.service('web').status).toBe('DRAINING');
  await world.seconds(60);
  expect(world.service('web').status).toBe('INACTIVE');
  expect(() => updateWeb(world, {})).toThrow('Service was not ACTIVE.');
  expect(createWeb(world, definition).status).toBe('ACTIVE');
});

const missing = (name: string) => ({
  arn: `arn:aws:ecs:eu-west-1:111122223333:service/smartboard/${name}`,
  reason: 'MISSING',
});

test('a service may not be seen at once, and an unknown one is MISSING', async () => {
  const world = ecsWorld();
  world.ecs.settings.readLagSeconds = 2;
  createWeb(world, register(world, world.push('web:1')));
  const describe_ = (...services: string[]) => world.call('DescribeServices', { cluster: 'smartboard', services });
  expect(describe_('web')).toEqual({ services: [], failures: [missing('web')] });
  await world.seconds(3);
  expect(describe_('web', 'api')).toMatchObject({ services: [{ serviceName: 'web' }], failures: [missing('api')] });
});

test('reads may lag behind a write', async () => {
  const { world, definition } = await settledWeb();
  world.ecs.settings.readLagSeconds = 2;
  updateWeb(world, { forceNewDeployment: true });
  expect(world.service('web').deployments).toHaveLength(1);
  await world.seconds(3);
  expect(world.service('web').deployments).toHaveLength(2);
  expect(definition).toBe(world.service('web').taskDefinition);
});

/** Two releases of three tasks, the second of which crashes: the service and every stopped task at the end. */
async function trace(seed: number): Promise<string> {
  const world = ecsWorld({ seed });
  createWeb(world, register(world, world.push('web:1')), { desiredCount: 3 });
  await world.seconds(60);
  updateWeb(world, { taskDefinition: register(world, world.push('web:2', { 'simulator.exit-code': '1' })) });
  await world.seconds(600);
  const { taskArns } = world.call('ListTasks', { cluster: 'smartboard', desiredStatus: 'STOPPED' });
  return JSON.stringify([world.service('web'), taskArns.map((arn: string) => world.task(arn))]);
}

test('the same seed gives the same trace, another seed another', async () => {
  const first = await trace(7);
  expect(await trace(7)).toBe(first);
  expect(await trace(8)).not.toBe(first);
});
