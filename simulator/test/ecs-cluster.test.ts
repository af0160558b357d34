import { expect, test } from '@jest/globals';
import { createWeb, definition, ecsWorld, register, runTask } from './ecs-world.ts';

test('a cluster is made once, described with its counts, and MISSING when unknown', async () => {
  const world = ecsWorld();
  createWeb(world, register(world, world.push('web:1')), { desiredCount: 2 });
  await world.seconds(60);
  const { clusters, failures } = world.call('DescribeClusters', { clusters: ['smartboard', 'none'] });
  expect(clusters).toMatchObject([
    { clusterName: 'smartboard', status: 'ACTIVE', runningTasksCount: 2, activeServicesCount: 1 },
  ]);
  expect(failures).toEqual([{ arn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/none', reason: 'MISSING' }]);
  world.call('CreateCluster', { clusterName: 'smartboard' });
  expect(world.call('ListClusters').clusterArns).toHaveLength(1);
});

test('a cluster of CloudFormation is the one the API sees', () => {
  const world = ecsWorld();
  const { ref, attributes } = world.make('AWS::ECS::Cluster', { ClusterName: 'smartboard' });
  expect(world.call('DescribeClusters', { clusters: [ref] }).clusters[0].clusterArn).toBe(attributes['Arn']);
});

test('tags are merged by key, listed, and taken away', () => {
  const world = ecsWorld();
  const { serviceArn: resourceArn } = createWeb(world, register(world, world.push('web:1')), {
    tags: [{ key: 'team', value: 'blue' }],
  });
  world.call('TagResource', {
    resourceArn,
    tags: [
      { key: 'team', value: 'red' },
      { key: 'run', value: '7' },
    ],
  });
  world.call('UntagResource', { resourceArn, tagKeys: ['run'] });
  expect(world.call('ListTagsForResource', { resourceArn }).tags).toEqual([{ key: 'team', value: 'red' }]);
  expect(() => world.call('TagResource', { resourceArn: 'arn:aws:ecs:none', tags: [] })).toThrow('not found');
});

test('tasks take over the tags they are told to', () => {
  const world = ecsWorld();
  const arn = register(world, world.push('web:1'), {}, { tags: [{ key: 'release', value: '7' }] });
  const tagsOf = (more: object) => runTask(world, arn, more).tasks[0].tags;
  expect(tagsOf({})).toEqual([]);
  expect(tagsOf({ propagateTags: 'TASK_DEFINITION', tags: [{ key: 'run', value: '1' }] })).toEqual([
    { key: 'release', value: '7' },
    { key: 'run', value: '1' },
  ]);
});

test('a revision is deleted only when it is inactive, and stays while it is used', async () => {
  const world = ecsWorld();
  const used = register(world, world.push('web:1'));
  createWeb(world, used);
  await world.seconds(60);
  const remove = () => world.call('DeleteTaskDefinitions', { taskDefinitions: [used] });
  expect(remove().failures).toMatchObject([{ arn: used }]);
  world.call('DeregisterTaskDefinition', { taskDefinition: used });
  expect(remove().taskDefinitions).toMatchObject([{ status: 'DELETE_IN_PROGRESS' }]);
  const describe_ = () => world.call('DescribeTaskDefinition', { taskDefinition: used }).taskDefinition;
  expect(describe_()).toMatchObject({ status: 'DELETE_IN_PROGRESS', deleteRequestedAt: expect.any(Number) });
  world.call('DeleteService', { cluster: 'smartboard', service: 'web', force: true });
  await world.seconds(60);
  remove();
  expect(describe_).toThrow('Unable to describe task definition.');
  expect(world.call('RegisterTaskDefinition', definition('web')).taskDefinition.revision).toBe(2);
});
