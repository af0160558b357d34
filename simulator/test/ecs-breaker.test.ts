import { describe, expect, test } from '@jest/globals';
import { createWeb, ecsWorld, messages, register, updateWeb } from './ecs-world.ts';
import type { EcsWorld } from './ecs-world.ts';

const crashing = { 'simulator.exit-code': '1' };
const unhealthy = { 'simulator.unhealthy': 'true' };
const noRollback = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
const noBreaker = { deploymentConfiguration: {} };

async function updatedTo(labels: Record<string, string>, more: object = {}) {
  const world = ecsWorld();
  const good = register(world, world.push('web:1'));
  createWeb(world, good, more);
  await world.seconds(60);
  const first = world.service('web').deployments[0].id as string;
  const bad = register(world, world.push('web:2', labels));
  updateWeb(world, { taskDefinition: bad });
  return { world, good, bad, first, failing: world.service('web').deployments[0].id as string };
}

const newest = (world: EcsWorld) => {
  const [brief] = world.call('ListServiceDeployments', { cluster: 'smartboard', service: 'web' }).serviceDeployments;
  return world.call('DescribeServiceDeployments', { serviceDeploymentArns: [brief.serviceDeploymentArn] })
    .serviceDeployments[0];
};

describe('with rollback, the old deployment comes back under its own id', () => {
  test.each([
    ['crash at the start', crashing],
    ['never become healthy', unhealthy],
    ['are killed for their memory', { 'simulator.oom-at': '2' }],
    ['cannot be started', { 'simulator.cannot-start': 'exec format error' }],
  ])('when tasks %s', async (_what, labels) => {
    const { world, good, first } = await updatedTo(labels);
    await world.seconds(600);
    expect(world.service('web')).toMatchObject({
      taskDefinition: good,
      deployments: [{ id: first, status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 1 }],
    });
    expect(newest(world)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
      deploymentCircuitBreaker: { status: 'TRIGGERED', threshold: 3 },
    });
  });

  test('and the story is told in order', async () => {
    const { world } = await updatedTo(crashing);
    await world.seconds(600);
    const story = messages(world).slice(3);
    expect(story.slice(0, 6)).toEqual([
      '(service web) has started 1 tasks: (task).',
      '(service web) has started 1 tasks: (task).',
      '(service web) has started 1 tasks: (task).',
      '(service web) has started 1 tasks: (task).',
      '(service web) (deployment ecs-svc/) deployment failed: tasks failed to start.',
      '(service web) rolling back to deployment ecs-svc/.',
    ]);
    expect(story.slice(-2)).toEqual([
      '(service web) (deployment ecs-svc/) deployment completed.',
      '(service web) has reached a steady state.',
    ]);
  });

  test('and in between the failed one is ACTIVE and FAILED beside it', async () => {
    const { world, first, failing } = await updatedTo(crashing);
    while (world.service('web').deployments[0].id === failing) await world.seconds(1);
    expect(world.service('web').deployments).toMatchObject([
      {
        id: first,
        rolloutState: 'IN_PROGRESS',
        rolloutStateReason: `ECS deployment circuit breaker: rolling back to deploymentId ${first}.`,
      },
      {
        id: failing,
        status: 'ACTIVE',
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
        failedTasks: 3,
      },
    ]);
    expect(newest(world).status).toBe('ROLLBACK_IN_PROGRESS');
  });
});

test('an old task keeps serving during all of it', async () => {
  const { world } = await updatedTo(crashing);
  for (let second = 0; second < 300; second++) {
    await world.seconds(1);
    expect(world.service('web').runningCount).toBeGreaterThanOrEqual(1);
  }
});

test('without rollback the failed deployment stays PRIMARY, and old tasks stay', async () => {
  const { world, first, failing } = await updatedTo(crashing, noRollback);
  await world.seconds(900);
  expect(world.service('web').deployments).toMatchObject([
    { id: failing, status: 'PRIMARY', rolloutState: 'FAILED', runningCount: 0 },
    { id: first, status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 1 },
  ]);
  expect(newest(world).status).toBe('STOPPED');
});

test('without a breaker it is tried for ever, and old tasks keep serving', async () => {
  const { world } = await updatedTo(crashing, noBreaker);
  await world.seconds(1800);
  const [primary, old] = world.service('web').deployments;
  expect(primary).toMatchObject({ rolloutState: 'IN_PROGRESS', status: 'PRIMARY' });
  expect(primary.failedTasks).toBeGreaterThan(8);
  expect(old.runningCount).toBe(1);
});

test('starts that never run are throttled more and more, and said to be inconsistent', async () => {
  const { world } = await updatedTo({ 'simulator.cannot-start': 'exec format error' }, noBreaker);
  const attempts = () => world.call('ListTasks', { cluster: 'smartboard', desiredStatus: 'STOPPED' }).taskArns.length;
  await world.seconds(300);
  const early = attempts();
  await world.seconds(1500);
  expect(early).toBeGreaterThan(3);
  expect(attempts() - early).toBeLessThan(early);
  expect(messages(world).join()).toContain('is unable to consistently start tasks successfully.');
});

test('only the newest hundred events are kept', async () => {
  const { world } = await updatedTo(crashing, noBreaker);
  await world.seconds(3600);
  const { events } = world.service('web');
  expect(events).toHaveLength(100);
  expect(events[0].createdAt).toBeGreaterThan(events[99].createdAt);
});

test('a first deployment that fails has nothing to go back to', async () => {
  const world = ecsWorld();
  createWeb(world, register(world, world.push('web:1', crashing)));
  await world.seconds(600);
  expect(world.service('web').deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'FAILED' }]);
  expect(newest(world)).toMatchObject({
    status: 'ROLLBACK_FAILED',
    statusReason: 'No rollback candidate was found to run the rollback.',
  });
  const tasks = world.call('ListTasks', { cluster: 'smartboard', desiredStatus: 'RUNNING' }).taskArns;
  expect(tasks).toHaveLength(0);
});

test('a service that failed first can be repaired by an update', async () => {
  const world = ecsWorld();
  createWeb(world, register(world, world.push('web:1', crashing)));
  await world.seconds(600);
  updateWeb(world, { taskDefinition: register(world, world.push('web:2')) });
  await world.seconds(90);
  expect(world.service('web').deployments).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 1 }]);
});

test('a missing tag fails by starts that wait longer each time, and rolls back', async () => {
  const { world, first } = await (async () => {
    const it = await updatedTo({});
    it.world.images.clear();
    return it;
  })();
  await world.seconds(50);
  expect(world.service('web').deployments[0].failedTasks).toBe(2);
  await world.seconds(300);
  expect(world.service('web').deployments).toMatchObject([{ id: first, rolloutState: 'COMPLETED' }]);
  const { taskArns } = world.call('ListTasks', { cluster: 'smartboard', desiredStatus: 'STOPPED' });
  expect(world.task(taskArns[0])).toMatchObject({ stopCode: 'TaskFailedToStart' });
  expect(world.task(taskArns[0]).stoppedReason).toMatch(
    /^CannotPullContainerError: pull image manifest has been retried/,
  );
  expect(world.task(taskArns[0]).startedAt).toBeUndefined();
});

test('a superseded rollback leaves the next failure without a candidate', async () => {
  const { world, failing } = await updatedTo(crashing);
  while (world.service('web').deployments[0].id === failing) await world.seconds(1);
  updateWeb(world, { taskDefinition: register(world, world.push('web:3', crashing)) });
  await world.seconds(600);
  expect(world.service('web').deployments[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'FAILED' });
  expect(newest(world).status).toBe('ROLLBACK_FAILED');
});

test('StopServiceDeployment goes back also without a breaker, and only while it can', async () => {
  const { world, first } = await updatedTo({}, noBreaker);
  await world.seconds(5);
  const { serviceDeploymentArn } = newest(world);
  world.call('StopServiceDeployment', { serviceDeploymentArn, stopType: 'ROLLBACK' });
  await world.seconds(2);
  expect(newest(world).status).toBe('ROLLBACK_IN_PROGRESS');
  await world.seconds(60);
  expect(newest(world).status).toBe('ROLLBACK_SUCCESSFUL');
  expect(world.service('web').deployments).toMatchObject([{ id: first, rolloutState: 'COMPLETED', runningCount: 1 }]);
  expect(() => world.call('StopServiceDeployment', { serviceDeploymentArn })).toThrow(
    expect.objectContaining({ code: 'ConflictException' }),
  );
  expect(() => world.call('StopServiceDeployment', { serviceDeploymentArn: 'arn:none' })).toThrow(
    expect.objectContaining({ code: 'ServiceDeploymentNotFoundException' }),
  );
});
