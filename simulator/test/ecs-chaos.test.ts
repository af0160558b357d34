import { expect, test } from '@jest/globals';
import { seededRandom } from '../random.ts';
import type { Random } from '../random.ts';
import { createWeb, ecsWorld, register, updateWeb } from './ecs-world.ts';
import type { EcsWorld } from './ecs-world.ts';

const programs: readonly Record<string, string>[] = [
  {},
  { 'simulator.exit-code': '1' },
  { 'simulator.unhealthy': 'true' },
  { 'simulator.healthy-after': '30' },
  { 'simulator.oom-at': '3' },
  { 'simulator.cannot-start': 'exec format error' },
  { 'simulator.ignores-sigterm': 'true' },
];

const configurations = [
  { minimumHealthyPercent: 100, maximumPercent: 200 },
  { minimumHealthyPercent: 50, maximumPercent: 200 },
  { minimumHealthyPercent: 50, maximumPercent: 150 },
  { minimumHealthyPercent: 0, maximumPercent: 100 },
];

const others = [
  { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
  { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 1 } },
  { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 } },
  { minimumHealthyPercent: 50, earlySuccessCriteria: early('DEFERRED') },
  { minimumHealthyPercent: 50, earlySuccessCriteria: early('BLOCKING') },
];

function early(sourceServiceRevisionCleanup: string) {
  return { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup };
}

type Deployment = { id: string; status: string; rolloutState: string; runningCount: number };

/** What holds at every moment. */
function checkAlways(world: EcsWorld): void {
  const { deployments } = world.service('web');
  const primaries = deployments.filter(({ status }: Deployment) => status === 'PRIMARY');
  expect([primaries.length, deployments[0]?.status]).toEqual([1, 'PRIMARY']);
  expect(new Set(deployments.map(({ id }: Deployment) => id)).size).toBe(deployments.length);
  // An early success cleans up in the background what another deployment left half done.
  if (deployments[0].rolloutState !== 'COMPLETED' || world.ecs.truth()[0]!.completedEarly) return;
  for (const { rolloutState } of deployments.slice(1)) expect(rolloutState).not.toBe('IN_PROGRESS');
}

/** What is there when everything had the time to end. */
function outcome(world: EcsWorld) {
  const [truth] = world.ecs.truth();
  const { taskDefinition, rolloutState, running, deployments, tasks } = truth!;
  const { serviceDeployments } = world.call('ListServiceDeployments', { cluster: 'smartboard', service: 'web' });
  const unfinished = serviceDeployments.filter(({ finishedAt }: { finishedAt?: number }) => finishedAt === undefined);
  return { taskDefinition, rolloutState, running, deployments, tasks: tasks.length, unfinished };
}

const pick = <Item>(random: Random, items: readonly Item[]) => items[random.integer(0, items.length - 1)]!;

/** One thing that somebody, or fate, does to the service. */
function disturb(world: EcsWorld, random: Random, step: number): void {
  const act = random.integer(0, 5);
  if (act <= 1)
    updateWeb(world, { taskDefinition: register(world, world.push(`web:${step}`, pick(random, programs))) });
  else if (act === 2) updateWeb(world, { desiredCount: random.integer(0, 4) });
  else if (act === 3) updateWeb(world, { forceNewDeployment: true });
  else if (act === 4) stopSomeTask(world, random);
  else rollBackIfPossible(world);
}

function stopSomeTask(world: EcsWorld, random: Random): void {
  const { taskArns } = world.call('ListTasks', { cluster: 'smartboard', serviceName: 'web' });
  if (taskArns.length > 0) world.call('StopTask', { cluster: 'smartboard', task: pick(random, taskArns) });
}

function rollBackIfPossible(world: EcsWorld): void {
  const { currentServiceDeployment } = world.service('web');
  if (currentServiceDeployment !== undefined)
    world.call('StopServiceDeployment', { serviceDeploymentArn: currentServiceDeployment });
}

/** What nobody asked for. */
function befall(world: EcsWorld, random: Random): void {
  const web = world.ecs.service('web');
  const task = web.tasks()[0];
  const act = random.integer(0, 4);
  if (act === 0) web.rebalance(2);
  else if (act === 1) web.scaleTo(random.integer(0, 4));
  else if (act === 2) world.ecs.settings.launchThrottles = 1;
  else if (task !== undefined) world.ecs[act === 3 ? 'crash' : 'retire'](task);
}

test.each(Array.from({ length: 30 }, (_, seed) => seed + 1))(
  'whatever the strategy, and whatever befalls it, a good release wins (seed %i)',
  async (seed) => {
    const world = ecsWorld({ seed });
    world.ecs.settings.rateLimits = false;
    const random = seededRandom(seed, 'fate');
    createWeb(world, register(world, world.push('web:0')), {
      deploymentConfiguration: {
        ...others[seed % others.length],
        deploymentCircuitBreaker: { enable: true, rollback: random.next() < 0.7 },
      },
    });
    for (let step = 1; step <= 10; step++) {
      await world.seconds(random.integer(1, 90));
      if (random.next() < 0.5) befall(world, random);
      else disturb(world, random, step);
      checkAlways(world);
    }
    const taskDefinition = register(world, world.push('web:final'));
    updateWeb(world, { taskDefinition, desiredCount: 2 });
    for (let minute = 0; minute < 12; minute++) {
      await world.seconds(60);
      checkAlways(world);
    }
    expect(outcome(world)).toEqual({
      taskDefinition,
      rolloutState: 'COMPLETED',
      running: 2,
      deployments: 1,
      tasks: 2,
      unfinished: [],
    });
  },
);

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  'whatever happens, a good release wins (seed %i)',
  async (seed) => {
    const world = ecsWorld({ seed });
    world.ecs.settings.rateLimits = false;
    const random = seededRandom(seed, 'disturbances');
    createWeb(world, register(world, world.push('web:0')), {
      desiredCount: random.integer(1, 3),
      deploymentConfiguration: {
        ...pick(random, configurations),
        deploymentCircuitBreaker: { enable: random.next() < 0.7, rollback: random.next() < 0.7 },
      },
    });
    for (let step = 1; step <= 12; step++) {
      await world.seconds(random.integer(1, 90));
      disturb(world, random, step);
      checkAlways(world);
    }
    const taskDefinition = register(world, world.push('web:final'));
    updateWeb(world, { taskDefinition, desiredCount: 2 });
    for (let minute = 0; minute < 10; minute++) {
      await world.seconds(60);
      checkAlways(world);
    }
    expect(outcome(world)).toEqual({
      taskDefinition,
      rolloutState: 'COMPLETED',
      running: 2,
      deployments: 1,
      tasks: 2,
      unfinished: [],
    });
  },
);
