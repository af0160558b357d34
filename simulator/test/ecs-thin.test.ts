import { expect, test } from '@jest/globals';
import { createWeb, ecsWorld, messages, register, runTask, updateWeb } from './ecs-world.ts';

test('a task runs to its end and keeps its exit code', async () => {
  const world = ecsWorld();
  const definition = register(world, world.push('web:1', { 'simulator.exit-code': '3' }));
  const { taskArn } = runTask(world, definition).tasks[0];
  await world.seconds(60);
  expect(world.task(taskArn)).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    containers: [{ exitCode: 3 }],
  });
});

test('a service reaches COMPLETED, and rolls to another revision', async () => {
  const world = ecsWorld();
  createWeb(world, register(world, world.push('web:1')));
  await world.seconds(40);
  const first = world.service('web');
  expect(first.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 1 }]);

  const next = register(world, world.push('web:2'));
  updateWeb(world, { taskDefinition: next });
  expect(world.service('web').deployments).toHaveLength(2);
  await world.seconds(60);
  expect(world.service('web').deployments).toMatchObject([
    { taskDefinition: next, rolloutState: 'COMPLETED', runningCount: 1 },
  ]);
  console.log(messages(world).join('\n'));
});
