import { describe, expect, test } from '@jest/globals';
import { errorOf } from './account.ts';
import { cluster, settledService } from './ecs-release-world.ts';
import type { ReleaseWorld } from './ecs-release-world.ts';
import { network } from './ecs-world.ts';

const remove = ({ ecs }: ReleaseWorld, force?: boolean) =>
  ecs.deleteService({ cluster, service: 'web', ...(force === undefined ? {} : { force }) });

describe('DeleteService', () => {
  test('is refused while the service is scaled above 0', async () => {
    const world = await settledService();
    expect((await errorOf(remove(world))).name).toBe('InvalidParameterException');
  });

  test('drains, and leaves an INACTIVE service that can be described but not updated', async () => {
    const world = await settledService();
    await world.update({ desiredCount: 0 });
    await world.seconds(60);
    expect((await remove(world)).service).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
    await world.seconds(5);
    expect(await world.describe()).toMatchObject({ status: 'INACTIVE', deployments: [], runningCount: 0 });
    expect((await errorOf(world.update({ desiredCount: 1 }))).name).toBe('ServiceNotActiveException');
    expect((await world.ecs.listServices({ cluster })).serviceArns).toEqual([]);
  });

  test('by force stops what runs, also a rollout', async () => {
    const world = await settledService();
    await world.update({ forceNewDeployment: true });
    await world.seconds(5);
    const { arn } = await world.newest();
    await remove(world, true);
    expect((await world.describe()).runningCount).toBeGreaterThan(0);
    await world.seconds(60);
    expect(await world.describe()).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
    const { serviceDeployments } = await world.ecs.describeServiceDeployments({ serviceDeploymentArns: [arn] });
    expect(serviceDeployments![0]!.status).toBe('STOPPED');
  });

  test('while it drains, the name cannot be used; afterwards it can', async () => {
    const world = await settledService();
    await remove(world, true);
    const create = () =>
      world.ecs.createService({
        cluster,
        serviceName: 'web',
        taskDefinition: world.first,
        desiredCount: 1,
        networkConfiguration: network,
      });
    expect((await errorOf(create())).message).toContain('still Draining');
    await world.seconds(60);
    expect((await create()).service).toMatchObject({ status: 'ACTIVE', deployments: [{ status: 'PRIMARY' }] });
  });
});

describe('a deregistered task definition', () => {
  test('still runs and scales, and is refused for new use', async () => {
    const world = await settledService();
    await world.ecs.deregisterTaskDefinition({ taskDefinition: world.first });
    await world.update({ desiredCount: 3 });
    await world.seconds(60);
    expect(await world.describe()).toMatchObject({ taskDefinition: world.first, runningCount: 3 });
    const error = await errorOf(world.update({ taskDefinition: world.first }));
    expect(error).toMatchObject({ name: 'ClientException', message: 'TaskDefinition is inactive' });
  });

  test('may be accepted for some minutes more', async () => {
    const world = await settledService();
    world.cloud.ecs.settings.deregisteredUsableSeconds = 600;
    const wanted = await world.register();
    const { taskDefinition } = await world.ecs.deregisterTaskDefinition({ taskDefinition: wanted });
    expect(taskDefinition).not.toHaveProperty('usable');
    await world.seconds(590);
    expect((await world.update({ taskDefinition: wanted })).taskDefinition).toBe(wanted);
    await world.seconds(20);
    expect((await errorOf(world.update({ taskDefinition: wanted }))).name).toBe('ClientException');
  });

  test('is what the circuit breaker still goes back to', async () => {
    const world = await settledService({
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    await world.update({ taskDefinition: await world.register({ 'simulator.exit-code': '1' }) });
    await world.ecs.deregisterTaskDefinition({ taskDefinition: world.first });
    await world.seconds(300);
    expect(await world.describe()).toMatchObject({ taskDefinition: world.first, deployments: [{ id: world.id }] });
  });
});

test('tags are made with a service, changed on it, and shown when asked for', async () => {
  const world = await settledService({ tags: [{ key: 'slipway:environment', value: 'prod' }] });
  const resourceArn = (await world.describe()).serviceArn!;
  await world.ecs.tagResource({ resourceArn, tags: [{ key: 'slipway:release', value: '7' }] });
  await world.ecs.untagResource({ resourceArn, tagKeys: ['slipway:environment'] });
  expect((await world.describe()).tags).toEqual([{ key: 'slipway:release', value: '7' }]);
  expect((await world.ecs.listTagsForResource({ resourceArn })).tags).toHaveLength(1);
  const { services } = await world.ecs.describeServices({ cluster, services: ['web'] });
  expect(services![0]!.tags).toEqual([]);
});

test('tags of a service reach the tasks that start later', async () => {
  const world = await settledService({ propagateTags: 'SERVICE' });
  const resourceArn = (await world.describe()).serviceArn!;
  await world.ecs.tagResource({ resourceArn, tags: [{ key: 'release', value: '7' }] });
  await world.update({ desiredCount: 3 });
  const { taskArns } = await world
    .until(async () => (await world.describe()).runningCount === 3)
    .then(() => world.ecs.listTasks({ cluster, serviceName: 'web' }));
  const { tasks } = await world.ecs.describeTasks({ cluster, tasks: taskArns!, include: ['TAGS'] });
  expect(tasks!.filter(({ tags }) => tags!.length > 0)).toHaveLength(1);
});

describe('a service that something else deploys', () => {
  test.each(['CODE_DEPLOY', 'EXTERNAL'] as const)('%s shows task sets and may only be scaled', async (controller) => {
    const world = await settledService();
    world.cloud.ecs.service('web').controlledBy(controller);
    expect(await world.describe()).toMatchObject({
      deploymentController: { type: controller },
      deployments: [],
      taskSets: [{ status: 'PRIMARY', taskDefinition: world.first, runningCount: 2 }],
    });
    const refused = [{ taskDefinition: world.first }, { forceNewDeployment: true }, { networkConfiguration: network }];
    for (const change of refused)
      expect(await errorOf(world.update(change))).toMatchObject({
        name: 'InvalidParameterException',
        message: expect.stringContaining(`${controller} deployment controller`),
      });
    expect((await world.update({ desiredCount: 1 })).desiredCount).toBe(1);
  });

  test('may be made for CodeDeploy', async () => {
    const world = await settledService({ deploymentController: { type: 'CODE_DEPLOY' } });
    expect(await world.describe()).toMatchObject({ deployments: [], taskSets: [{ stabilityStatus: 'STEADY_STATE' }] });
  });

  test('as Express Mode says so', async () => {
    const world = await settledService();
    expect((await world.describe()).resourceManagementType).toBe('CUSTOMER');
    world.cloud.ecs.service('web').managedBy('ECS');
    expect((await world.describe()).resourceManagementType).toBe('ECS');
    const listed = async (resourceManagementType: 'CUSTOMER' | 'ECS') =>
      (await world.ecs.listServices({ cluster, resourceManagementType })).serviceArns;
    expect(await listed('ECS')).toHaveLength(1);
    expect(await listed('CUSTOMER')).toEqual([]);
  });
});

describe('percentages that leave no room', () => {
  test.each([
    [2, 75, 125],
    [3, 75, 125],
    [1, 100, 100],
    [4, 100, 100],
  ])('%i tasks, %i %% to %i %%', async (desiredCount, minimumHealthyPercent, maximumPercent) => {
    const world = await settledService({
      desiredCount,
      deploymentConfiguration: { minimumHealthyPercent, maximumPercent },
    });
    await world.update({ forceNewDeployment: true });
    await world.seconds(600);
    expect(await world.outline()).toEqual([
      `PRIMARY IN_PROGRESS ${desiredCount} 0`,
      `ACTIVE COMPLETED ${desiredCount} ${desiredCount}`,
    ]);
    expect((await world.events())[0]).toContain('was unable to stop or start tasks during a deployment because of');
  });
});

const settings = (more: object) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true, ...more } },
});

describe('the circuit breaker', () => {
  test.each([
    [{ type: 'COUNT', value: 5 }, 5],
    [{ type: 'UNBOUNDED_PERCENT', value: 100 }, 2],
    [{ type: 'BOUNDED_PERCENT', value: 100 }, 3],
  ] as const)('trips at a threshold of its own: %j', async (thresholdConfiguration, threshold) => {
    const world = await settledService(settings({ thresholdConfiguration }));
    await world.update({ taskDefinition: await world.register({ 'simulator.exit-code': '1' }) });
    await world.until(async () => (await world.newest()).deploymentCircuitBreaker!.status === 'TRIGGERED');
    const { failureCount, threshold: shown } = (await world.newest()).deploymentCircuitBreaker!;
    expect(shown).toBe(threshold);
    expect(failureCount).toBeGreaterThanOrEqual(threshold);
  });

  // Each task is healthy for a while, then dies.
  const flapping = { 'simulator.runs-for': '12', 'simulator.exit-code': '1' };
  const slow = { desiredCount: 4, deploymentConfiguration: { maximumPercent: 125, minimumHealthyPercent: 100 } };

  test.each([
    [true, 'IN_PROGRESS'],
    [false, 'ROLLBACK_SUCCESSFUL'],
  ])('forgets failures once a task is healthy: %s', async (resetOnHealthyTask, status) => {
    const { deploymentConfiguration } = settings({ resetOnHealthyTask });
    const world = await settledService({
      ...slow,
      deploymentConfiguration: { ...slow.deploymentConfiguration, ...deploymentConfiguration },
    });
    await world.update({ taskDefinition: await world.register(flapping) });
    await world.seconds(400);
    expect((await world.newest()).status).toBe(status);
  });
});

test('at a desired count of 0 a deployment completes at once, without any proof', async () => {
  const world = await settledService({ desiredCount: 0 });
  const wanted = await world.register({ 'simulator.exit-code': '1' });
  await world.update({ taskDefinition: wanted });
  await world.seconds(5);
  expect(await world.describe()).toMatchObject({
    taskDefinition: wanted,
    deployments: [{ rolloutState: 'COMPLETED' }],
  });
});

describe('a change of what a service is attached to', () => {
  const groupProperties = { Name: 'web', Port: 3000, Protocol: 'HTTP', TargetType: 'ip' };
  const quick = { HealthCheckIntervalSeconds: 5, HealthyThresholdCount: 2 };

  test('load balancers and registries start a deployment, whose tasks are found there', async () => {
    const world = await settledService();
    const { Lb, Group, Namespace } = await world.cloud.provision([
      { id: 'Lb', type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', properties: { Name: 'front', Subnets: [] } },
      { id: 'Group', type: 'AWS::ElasticLoadBalancingV2::TargetGroup', properties: { ...groupProperties, ...quick } },
      {
        id: 'Namespace',
        type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
        properties: { Name: 'internal', Vpc: 'v' },
      },
    ]);
    const { Registry } = await world.cloud.provision([
      {
        id: 'Listener',
        type: 'AWS::ElasticLoadBalancingV2::Listener',
        properties: {
          LoadBalancerArn: Lb!.ref,
          Port: 80,
          Protocol: 'HTTP',
          DefaultActions: [{ Type: 'forward', TargetGroupArn: Group!.ref }],
        },
      },
      {
        id: 'Registry',
        type: 'AWS::ServiceDiscovery::Service',
        properties: { Name: 'web', NamespaceId: Namespace!.ref },
      },
    ]);
    const attached = {
      loadBalancers: [{ targetGroupArn: Group!.ref, containerName: 'web', containerPort: 3000 }],
      serviceRegistries: [{ registryArn: Registry!.attributes['Arn']! }],
    };
    expect(await world.update(attached)).toMatchObject({ ...attached, deployments: [{ status: 'PRIMARY' }, {}] });
    await world.until(async () => (await world.newest()).status === 'SUCCESSFUL');
    expect(world.cloud.elb.route(Lb!.ref, '/')).toBeDefined();
    expect(world.cloud.discovery.resolve('web.internal')).toHaveLength(2);
    expect((await world.update(attached)).deployments).toHaveLength(1);
    expect((await world.update({ serviceRegistries: [] })).deployments).toHaveLength(2);
  });

  test('is refused when there is no such thing', async () => {
    const world = await settledService();
    const none = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/none/1';
    const loadBalancers = [{ targetGroupArn: none, containerName: 'web', containerPort: 3000 }];
    const serviceRegistries = [{ registryArn: 'arn:aws:servicediscovery:eu-west-1:111122223333:service/none' }];
    for (const change of [{ loadBalancers }, { serviceRegistries }])
      expect((await errorOf(world.update(change))).name).toBe('InvalidParameterException');
  });
});
