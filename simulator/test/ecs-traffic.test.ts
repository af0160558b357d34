import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { errorOf } from './account.ts';
import { settledService } from './ecs-release-world.ts';
import type { ReleaseWorld } from './ecs-release-world.ts';

const canary: DeploymentConfiguration = {
  strategy: 'CANARY',
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
};

const stage = async ({ newest }: Pick<ReleaseWorld, 'newest'>) => (await newest()).lifecycleStage;

const group = (id: string) => ({
  id,
  type: 'AWS::ElasticLoadBalancingV2::TargetGroup' as const,
  properties: {
    Name: id.toLowerCase(),
    Port: 3000,
    Protocol: 'HTTP',
    TargetType: 'ip',
    HealthCheckIntervalSeconds: 5,
    HealthyThresholdCount: 2,
    TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }],
  },
});

/** A service with a blue and a green target group, or with one only. */
async function balanced(isComplete = true) {
  const world = await settledService();
  const { Lb, Blue, Green } = await world.cloud.provision([
    { id: 'Lb', type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', properties: { Name: 'front', Subnets: [] } },
    group('Blue'),
    group('Green'),
  ]);
  const { Listener } = await world.cloud.provision([
    {
      id: 'Listener',
      type: 'AWS::ElasticLoadBalancingV2::Listener',
      properties: {
        LoadBalancerArn: Lb!.ref,
        Port: 80,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: Blue!.ref }],
      },
    },
  ]);
  const advancedConfiguration = {
    alternateTargetGroupArn: Green!.ref,
    productionListenerRule: Listener!.ref,
    roleArn: 'arn:aws:iam::111122223333:role/execution',
  };
  const attached = { targetGroupArn: Blue!.ref, containerName: 'web', containerPort: 3000 };
  const begin = (deploymentConfiguration: DeploymentConfiguration) =>
    world.update({
      loadBalancers: [isComplete ? { ...attached, advancedConfiguration } : attached],
      deploymentConfiguration,
    });
  return { ...world, begin };
}

test('every load balancer needs its second target group', async () => {
  const { begin } = await balanced(false);
  const error = await errorOf(begin(canary));
  expect(error).toMatchObject({ name: 'InvalidParameterException', message: expect.stringContaining('advanced') });
});

test('traffic is told as weights, and blue and green take turns', async () => {
  const world = await balanced();
  await world.begin(canary);
  const weights = async () => {
    const { sourceServiceRevisions, targetServiceRevision } = await world.newest();
    return [
      sourceServiceRevisions![0]!.requestedProductionTrafficWeight,
      targetServiceRevision!.requestedProductionTrafficWeight,
    ];
  };
  await world.until(async () => (await stage(world)) === 'SCALE_UP');
  expect(await weights()).toEqual([100, 0]);
  await world.until(async () => (await stage(world)) === 'PRODUCTION_TRAFFIC_SHIFT');
  expect(await weights()).toEqual([90, 10]);
  expect((await world.newest()).targetServiceRevision!.requestedTestTrafficWeight).toBe(100);
  await world.until(async () => (await stage(world)) === 'CLEAN_UP');
  expect(await weights()).toEqual([0, 100]);
  expect((await world.events()).join()).toMatch(/registered 1 targets in \(target-group [^)]*\/green\//);
  await world.until(async () => (await world.newest()).status === 'SUCCESSFUL');
  await world.update({ taskDefinition: await world.register() });
  await world.until(async () => (await world.newest()).status === 'SUCCESSFUL');
  expect((await world.events()).join()).toMatch(/registered 1 targets in \(target-group [^)]*\/blue\//);
});
