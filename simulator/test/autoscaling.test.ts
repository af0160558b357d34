import { ApplicationAutoScaling } from '@aws-sdk/client-application-auto-scaling';
import type { PutScalingPolicyCommandInput } from '@aws-sdk/client-application-auto-scaling';
import { describe, expect, test } from '@jest/globals';
import { inProcessHandler } from '../transport/in-process.ts';
import { errorOf, jobRole, root } from './account.ts';
import { settledService } from './ecs-release-world.ts';
import type { ReleaseWishes } from './ecs-release-world.ts';

const ResourceId = 'service/smartboard/web';
const target = {
  ServiceNamespace: 'ecs' as const,
  ResourceId,
  ScalableDimension: 'ecs:service:DesiredCount' as const,
};

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

async function scaledService(wishes: ReleaseWishes = {}) {
  const world = await settledService(wishes);
  const clientOf = (credentials: Credentials) =>
    new ApplicationAutoScaling({
      region: world.cloud.region,
      credentials,
      maxAttempts: 1,
      requestHandler: inProcessHandler(world.cloud) as never,
    });
  const scaling = clientOf(root);
  const bound = (MinCapacity: number, MaxCapacity: number) =>
    scaling.registerScalableTarget({ ...target, MinCapacity, MaxCapacity });
  const desired = async () => (await world.describe()).desiredCount;
  return { ...world, clientOf, scaling, bound, desired };
}

const tracking = (PredefinedMetricType: string, more: object = {}): PutScalingPolicyCommandInput => ({
  ...target,
  PolicyName: 'web-cpu',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 60,
    PredefinedMetricSpecification: { PredefinedMetricType, ...more } as never,
  },
});

test('a target is registered, described, changed and deregistered', async () => {
  const { scaling, bound } = await scaledService();
  const { ScalableTargetARN } = await bound(1, 4);
  expect((await bound(2, 4)).ScalableTargetARN).toBe(ScalableTargetARN);
  const { ScalableTargets } = await scaling.describeScalableTargets({
    ServiceNamespace: 'ecs',
    ResourceIds: [ResourceId],
  });
  expect(ScalableTargets).toMatchObject([
    {
      ...target,
      ScalableTargetARN,
      MinCapacity: 2,
      MaxCapacity: 4,
      RoleARN: expect.stringMatching(/AWSServiceRoleForApplicationAutoScaling_ECSService$/),
      CreationTime: expect.any(Date),
    },
  ]);
  await scaling.deregisterScalableTarget(target);
  expect((await scaling.describeScalableTargets({ ServiceNamespace: 'ecs' })).ScalableTargets).toEqual([]);
  const error = await errorOf(scaling.deregisterScalableTarget(target));
  expect(error).toMatchObject({ name: 'ObjectNotFoundException', message: expect.stringContaining(ResourceId) });
});

test.each([
  ['up to the minimum', 4, 8, 4],
  ['down to the maximum', 0, 1, 1],
  ['not at all within the bounds', 1, 4, 2],
])('registering moves the desired count %s, without a deployment', async (_what, low, high, expected) => {
  const world = await scaledService();
  await world.bound(low, high);
  expect(await world.desired()).toBe(2);
  await world.seconds(60);
  expect(await world.describe()).toMatchObject({ desiredCount: expected, runningCount: expected });
  expect((await world.describe()).deployments).toMatchObject([{ id: world.id, rolloutState: 'COMPLETED' }]);
});

test('the autoscaler changes the desired count in the middle of a rollout, within its bounds', async () => {
  const world = await scaledService();
  await world.bound(1, 5);
  await world.update({ taskDefinition: await world.register() });
  await world.seconds(5);
  world.cloud.autoscaling.scale(ResourceId, 9);
  await world.seconds(5);
  expect((await world.describe()).deployments).toMatchObject([
    { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', desiredCount: 5 },
    { status: 'ACTIVE' },
  ]);
  await world.seconds(90);
  expect(await world.outline()).toEqual(['PRIMARY COMPLETED 5 5']);
});

test('a suspended direction is not scaled in', async () => {
  const world = await scaledService();
  const SuspendedState = { DynamicScalingInSuspended: true };
  await world.scaling.registerScalableTarget({ ...target, MinCapacity: 1, MaxCapacity: 9, SuspendedState });
  world.cloud.autoscaling.scale(ResourceId, 1);
  await world.seconds(10);
  expect(await world.desired()).toBe(2);
  world.cloud.autoscaling.scale(ResourceId, 3);
  await world.seconds(10);
  expect(await world.desired()).toBe(3);
});

describe('a registration is refused', () => {
  test.each([
    ['of a service that does not exist', { ResourceId: 'service/smartboard/none' }, "ECS service doesn't exist"],
    ['of a minimum above the maximum', { MinCapacity: 5 }, 'Maximum capacity cannot be less than minimum'],
    ['of a resource that is no service', { ResourceId: 'cluster/smartboard' }, 'Unsupported'],
    ['of another dimension', { ScalableDimension: 'rds:cluster:ReadReplicaCount' as const }, 'ScalableDimension'],
    ['without bounds at first', { MaxCapacity: undefined as never }, 'MinCapacity and MaxCapacity'],
  ])('%s', async (_what, change, message) => {
    const { scaling } = await scaledService();
    const error = await errorOf(
      scaling.registerScalableTarget({ ...target, MinCapacity: 1, MaxCapacity: 4, ...change }),
    );
    expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });
  });
});

test('the first registration of an account needs the right to make the service-linked role', async () => {
  const { cloud, clientOf } = await scaledService();
  cloud.autoscaling.settings.serviceLinkedRole = false;
  const allowed = { Effect: 'Allow', Action: ['application-autoscaling:*', 'ecs:*'], Resource: '*' };
  await cloud.provision([jobRole('*', [allowed])]);
  const session = cloud.iam.sessionFor('arn:aws:iam::111122223333:role/deploy', 'job');
  const scaling = clientOf({
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    sessionToken: session.Token,
  });
  const register = () => scaling.registerScalableTarget({ ...target, MinCapacity: 1, MaxCapacity: 4 });
  expect(await errorOf(register())).toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('iam:CreateServiceLinkedRole'),
  });
  await clientOf(root).registerScalableTarget({ ...target, MinCapacity: 1, MaxCapacity: 4 });
  expect(await register()).toHaveProperty('ScalableTargetARN');
});

const may = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' });
const byAws = (statement: object) => ({ ...statement, Condition: { Bool: { 'aws:ViaAWSService': 'true' } } });

test('whoever lets AWS scale a service, by alarms, must be allowed to do all that himself', async () => {
  const { cloud, clientOf } = await scaledService();
  const role = jobRole('*', [
    may('application-autoscaling:*'),
    byAws(may('ecs:UpdateService', 'ecs:DescribeServices')),
  ]);
  await cloud.provision([role]);
  const session = cloud.iam.sessionFor('arn:aws:iam::111122223333:role/deploy', 'job');
  const scaling = clientOf({
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    sessionToken: session.Token,
  });
  await scaling.registerScalableTarget({ ...target, MinCapacity: 1, MaxCapacity: 4 });
  const policy = {
    ...target,
    PolicyName: 'cpu',
    PolicyType: 'TargetTrackingScaling' as const,
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 60,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' as const },
    },
  };
  expect(await errorOf(scaling.putScalingPolicy(policy))).toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('cloudwatch:DescribeAlarms on resource: arn:aws:cloudwatch:eu-west-1:'),
  });
});

describe('policies', () => {
  test('are put, changed in place, described and deleted', async () => {
    const { scaling, bound } = await scaledService();
    await bound(1, 4);
    const first = await scaling.putScalingPolicy(tracking('ECSServiceAverageCPUUtilization'));
    const again = await scaling.putScalingPolicy(tracking('ECSServiceAverageMemoryUtilization'));
    expect(again).toMatchObject({ PolicyARN: first.PolicyARN!, Alarms: first.Alarms! });
    expect(first.Alarms).toHaveLength(2);
    const { ScalingPolicies } = await scaling.describeScalingPolicies({ ServiceNamespace: 'ecs', ResourceId });
    expect(ScalingPolicies).toMatchObject([
      {
        PolicyName: 'web-cpu',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' },
        },
      },
    ]);
    await scaling.deleteScalingPolicy({ ...target, PolicyName: 'web-cpu' });
    const error = await errorOf(scaling.deleteScalingPolicy({ ...target, PolicyName: 'web-cpu' }));
    expect(error.name).toBe('ObjectNotFoundException');
  });

  test('need a registered target', async () => {
    const { scaling } = await scaledService();
    const error = await errorOf(scaling.putScalingPolicy(tracking('ECSServiceAverageCPUUtilization')));
    expect(error).toMatchObject({
      name: 'ObjectNotFoundException',
      message: expect.stringContaining('No scalable target registered'),
    });
  });

  test('go with their target', async () => {
    const { scaling, bound } = await scaledService();
    await bound(1, 4);
    await scaling.putScalingPolicy(tracking('ECSServiceAverageCPUUtilization'));
    await scaling.deregisterScalableTarget(target);
    expect((await scaling.describeScalingPolicies({ ServiceNamespace: 'ecs' })).ScalingPolicies).toEqual([]);
  });

  test('of a step are not simulated, and said so', async () => {
    const { scaling, bound } = await scaledService();
    await bound(1, 4);
    const error = await errorOf(
      scaling.putScalingPolicy({ ...target, PolicyName: 'steps', StepScalingPolicyConfiguration: {} }),
    );
    expect(error.name).toBe('NotSimulatedException');
  });
});

const tail = (arn: string, from: string) => arn.slice(arn.indexOf(from));

async function behindLoadBalancer() {
  const world = await scaledService();
  const made = await world.cloud.provision([
    { id: 'Lb', type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', properties: { Name: 'front', Subnets: [] } },
    {
      id: 'Group',
      type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      properties: { Name: 'web', Port: 3000, Protocol: 'HTTP', TargetType: 'ip' },
    },
  ]);
  const group = made['Group']!.ref;
  await world.cloud.provision([
    {
      id: 'Listener',
      type: 'AWS::ElasticLoadBalancingV2::Listener',
      properties: {
        LoadBalancerArn: made['Lb']!.ref,
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
      },
    },
  ]);
  await world.update({
    loadBalancers: [{ targetGroupArn: group, containerName: 'web', containerPort: 3000 }],
  });
  await world.bound(1, 4);
  return { ...world, label: `${tail(made['Lb']!.ref, 'app/')}/${tail(group, 'targetgroup/')}` };
}

describe('requests are counted behind a target group of the service', () => {
  const metric = 'ALBRequestCountPerTarget';

  test('named by its label', async () => {
    const { scaling, label } = await behindLoadBalancer();
    expect(await scaling.putScalingPolicy(tracking(metric, { ResourceLabel: label }))).toHaveProperty('PolicyARN');
  });

  test('any other label is refused', async () => {
    const { scaling, label } = await behindLoadBalancer();
    const wrong = [undefined, 'web', label.replace('front', 'back'), label.replace('group/web', 'group/api')];
    for (const ResourceLabel of wrong)
      expect((await errorOf(scaling.putScalingPolicy(tracking(metric, { ResourceLabel })))).name).toBe(
        'ValidationException',
      );
    const cpu = tracking('ECSServiceAverageCPUUtilization', { ResourceLabel: label });
    expect((await errorOf(scaling.putScalingPolicy(cpu))).name).toBe('ValidationException');
  });
});

test('targets carry tags', async () => {
  const { scaling, bound } = await scaledService();
  const { ScalableTargetARN: ResourceARN } = await bound(1, 4);
  await scaling.tagResource({ ResourceARN, Tags: { release: '7' } });
  expect((await scaling.listTagsForResource({ ResourceARN })).Tags).toEqual({ release: '7' });
  await scaling.untagResource({ ResourceARN, TagKeys: ['release'] });
  expect((await scaling.listTagsForResource({ ResourceARN })).Tags).toEqual({});
});
