import { describe, expect, test } from '@jest/globals';
import { judge } from '../truth.ts';
import type { Claim } from '../truth.ts';
import { createWeb, ecsWorld, register, runTask, updateWeb } from './ecs-world.ts';

async function settledWeb() {
  const world = ecsWorld();
  createWeb(world, register(world, world.push('web:1')));
  await world.seconds(60);
  const [real] = world.ecs.truth();
  const honest = {
    name: 'web',
    cluster: 'smartboard',
    digest: real!.runningDigests[0]!,
    taskDefinition: real!.taskDefinition,
    deploymentId: real!.deploymentId,
    desired: 1,
  };
  const agrees = (verdict: Claim['verdict'], changes: object = {}, more: Partial<Claim> = {}) =>
    judge(world.cloud, { verdict, services: [{ ...honest, ...changes }], ...more });
  return { world, honest, agrees };
}

test('an honest report is agreed to', async () => {
  const { agrees } = await settledWeb();
  expect(agrees('succeeded')).toEqual({ agrees: true, differences: [] });
  expect(agrees('refused')).toEqual({ agrees: true, differences: [] });
});

describe('a lie is seen', () => {
  test.each([
    ['digest', { digest: 'sha256:0' }, 'not sha256:0'],
    ['task definition', { taskDefinition: 'arn:other' }, 'task definition is'],
    ['deployment', { deploymentId: 'ecs-svc/1' }, 'deployment is'],
    ['desired count', { desired: 2 }, 'desired count is 1, not 2'],
    ['existence of a service', { name: 'api' }, 'api does not exist'],
    ['digest, by silence', { digest: undefined }, 'no digest is claimed'],
  ])('about the %s', async (_what, change, words) => {
    const { agrees } = await settledWeb();
    expect(agrees('succeeded', change).differences.join()).toContain(words);
  });

  test('about a rollout that is still moving', async () => {
    const { world, agrees } = await settledWeb();
    updateWeb(world, { forceNewDeployment: true });
    expect(agrees('succeeded', { deploymentId: undefined }).differences.join()).toContain('not settled');
  });

  test('about a refused release that changed a service, or made one', async () => {
    const { world, agrees } = await settledWeb();
    createWeb(world, world.service('web').taskDefinition, { serviceName: 'api' });
    await world.seconds(60);
    expect(agrees('refused').differences).toEqual([
      'api exists, although the refused release is said to have made nothing',
    ]);
    updateWeb(world, { forceNewDeployment: true });
    await world.seconds(60);
    expect(agrees('refused').differences.join()).toContain('web: deployment is');
  });

  test('by leaving out the service that fails, or all of them', async () => {
    const { world, agrees, honest } = await settledWeb();
    createWeb(world, register(world, world.push('web:2', { 'simulator.exit-code': '1' })), { serviceName: 'api' });
    await world.seconds(30);
    expect(agrees('succeeded', honest).differences.join()).toContain('api is not named');
    expect(judge(world.cloud, { verdict: 'succeeded', services: [] }).agrees).toBe(false);
  });

  test('about a migration', async () => {
    const { world, agrees } = await settledWeb();
    const failing = register(world, world.push('web:2', { 'simulator.exit-code': '1' }));
    const { taskArn } = runTask(world, failing).tasks[0];
    expect(agrees('succeeded', {}, { migrations: [{ taskArn, exitCode: 0 }] }).differences.join()).toContain('STOPPED');
    await world.seconds(60);
    expect(agrees('succeeded', {}, { migrations: [{ taskArn, exitCode: 0 }] }).differences).toHaveLength(2);
    expect(agrees('refused', {}, { migrations: [{ taskArn, exitCode: 1 }] }).agrees).toBe(true);
    expect(agrees('refused', {}, { migrations: [{ taskArn: 'arn:none', exitCode: 1 }] }).agrees).toBe(false);
  });
});
