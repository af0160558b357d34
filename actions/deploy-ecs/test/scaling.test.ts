import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  ApplicationAutoScalingClient,
} from '@aws-sdk/client-application-auto-scaling';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ScalingTarget } from '../../../lib/aws/autoscaling.ts';
import { deploy, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { planScaling, requestCountLabel } from '../src/deploy/scaling.ts';
import { rewriteManifest, serviceOf } from './by-others.ts';
import { rootSession } from './ledger-of.ts';

const arn = (rest: string) => `arn:aws:elasticloadbalancing:eu-west-1:111122223333:${rest}`;
const scaled = (rules: string) =>
  smallManifest.replace('    ingress: /*\n', `    ingress: /*\n    scaling: ${rules}\n`);

describe('what has to be called', () => {
  const service = 'shop-web';
  const cpu = { metric: 'ECSServiceAverageCPUUtilization', value: 60, resourceLabel: undefined } as const;
  const found = (policies: ScalingTarget['policies'] = new Map([['shop-web-cpu', cpu]])) =>
    new Map([[service, { min: 1, max: 4, policies }]]);
  const wish = (scaling: { min: number; max: number; cpu?: number; memory?: number } | undefined) => [
    { service, scaling, resourceLabel: undefined },
  ];

  test('is nothing where all is as it should be', () => {
    expect(planScaling(wish({ min: 1, max: 4, cpu: 60 }), found())).toEqual([]);
  });

  test('is nothing for a service that was never scaled, or is scaled by others', () => {
    expect(planScaling(wish(undefined), new Map())).toEqual([]);
    expect(planScaling(wish(undefined), found(new Map([['by-hand', cpu]])))).toEqual([]);
  });

  test('is only what differs', () => {
    expect(planScaling(wish({ min: 1, max: 8, cpu: 60 }), found())).toEqual([
      { service, kind: 'bounds', min: 1, max: 8 },
    ]);
    expect(planScaling(wish({ min: 1, max: 4, cpu: 70 }), found())).toMatchObject([
      { kind: 'policy', policy: { name: 'shop-web-cpu', value: 70 } },
    ]);
    expect(planScaling(wish({ min: 1, max: 4, memory: 70 }), found())).toMatchObject([
      { kind: 'policy', policy: { name: 'shop-web-memory', metric: 'ECSServiceAverageMemoryUtilization' } },
      { kind: 'drop-policy', name: 'shop-web-cpu' },
    ]);
  });

  test('leaves bounds to the policies of others when ours go', () => {
    expect(planScaling(wish(undefined), found())).toEqual([{ service, kind: 'end' }]);
    const both = new Map([
      ['shop-web-cpu', cpu],
      ['by-hand', cpu],
    ]);
    expect(planScaling(wish(undefined), found(both))).toEqual([{ service, kind: 'drop-policy', name: 'shop-web-cpu' }]);
  });

  test('names requests by load balancer and target group', () => {
    expect(requestCountLabel(arn('targetgroup/web/73e2d6'), arn('loadbalancer/app/front/50dc6c'))).toBe(
      'app/front/50dc6c/targetgroup/web/73e2d6',
    );
    expect(requestCountLabel(arn('targetgroup/web/73e2d6'), undefined)).toBeUndefined();
  });
});

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
});
afterEach(() => stage.close());

const dimension = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
const ResourceId = 'service/smartboard-prod/smartboard-web';

async function scalingOfWeb() {
  const client = new ApplicationAutoScalingClient(rootSession(stage).configuration);
  const { ScalableTargets = [] } = await client.send(
    new DescribeScalableTargetsCommand({ ...dimension, ResourceIds: [ResourceId] }),
  );
  const { ScalingPolicies = [] } = await client.send(new DescribeScalingPoliciesCommand({ ...dimension, ResourceId }));
  return { client, targets: ScalableTargets, policies: ScalingPolicies };
}

const scalingCalls = () => stage.writes().filter((name) => /Scal/.test(name));

test('a service is created inside of its bounds, and scaled once the release is good', async () => {
  await rewriteManifest(stage, scaled('{ min: 2, max: 5, cpu: 60, requests: 500 }'));
  const run = await deploy(stage, await prepareRelease(stage));
  expect(run.error).toBeUndefined();
  expect((await serviceOf(stage, 'web'))?.desiredCount).toBe(2);
  const { targets, policies } = await scalingOfWeb();
  expect(targets).toMatchObject([{ MinCapacity: 2, MaxCapacity: 5 }]);
  expect(policies.map(({ PolicyName }) => PolicyName)).toEqual(
    expect.arrayContaining(['smartboard-web-cpu', 'smartboard-web-requests']),
  );
  const requests = policies.find(({ PolicyName }) => PolicyName?.endsWith('requests') === true);
  expect(requests?.TargetTrackingScalingPolicyConfiguration).toMatchObject({
    TargetValue: 500,
    PredefinedMetricSpecification: {
      ResourceLabel: expect.stringMatching(/^app\/[^/]+\/[^/]+\/targetgroup\/[^/]+\/[^/]+$/),
    },
  });
  expect(stage.writes().at(-1)).toBe('PutParameter');
});

test('the same scaling again calls nothing, and the count that the autoscaler chose stays', async () => {
  await rewriteManifest(stage, scaled('{ min: 1, max: 5, cpu: 60 }'));
  const prepared = await prepareRelease(stage);
  await deploy(stage, prepared);
  stage.cloud.ecs.service('smartboard-web').scaleTo(4);
  stage.forgetCalls();
  const run = await deploy(stage, prepared, {}, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(scalingCalls()).toEqual([]);
  expect((await serviceOf(stage, 'web'))?.desiredCount).toBe(4);
});

test('scaling that the manifest no longer has ends, if it is ours', async () => {
  await rewriteManifest(stage, scaled('{ min: 1, max: 5, cpu: 60 }'));
  const prepared = await prepareRelease(stage);
  await deploy(stage, prepared);
  await rewriteManifest(stage, smallManifest);
  stage.forgetCalls();
  const run = await deploy(stage, prepared, {}, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(scalingCalls()).toEqual(['DeregisterScalableTarget']);
  expect((await scalingOfWeb()).targets).toEqual([]);
});

test("a policy that someone made by hand keeps its service's bounds", async () => {
  await rewriteManifest(stage, scaled('{ min: 1, max: 5, cpu: 60 }'));
  const prepared = await prepareRelease(stage);
  await deploy(stage, prepared);
  const { client } = await scalingOfWeb();
  const tracking = {
    TargetValue: 70,
    PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageMemoryUtilization' as const },
  };
  await client.send(
    new PutScalingPolicyCommand({
      ...dimension,
      ResourceId,
      PolicyName: 'by-hand',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: tracking,
    }),
  );
  await rewriteManifest(stage, smallManifest);
  await deploy(stage, prepared, {}, { runId: '1002' });
  const { targets, policies } = await scalingOfWeb();
  expect(targets).toHaveLength(1);
  expect(policies.map(({ PolicyName }) => PolicyName)).toEqual(['by-hand']);
});

test('a release that fails scales nothing', async () => {
  await rewriteManifest(stage, scaled('{ min: 2, max: 5, cpu: 60 }'));
  const run = await deploy(stage, await prepareRelease(stage, { web: { 'simulator.exit-code': '1' } }));
  expect(run.outputs['verdict']).toBe('undone');
  expect(scalingCalls()).toEqual([]);
  expect((await serviceOf(stage, 'web'))?.desiredCount).toBe(0);
});

test('a role that may not scale leaves the release good, with a warning; without scaling nothing is said', async () => {
  const prepared = await prepareRelease(stage);
  const denied = { operation: 'application-autoscaling:*', kind: 'error', code: 'AccessDeniedException' } as const;
  stage.setFaults([{ ...denied, status: 400 }]);
  const plain = await deploy(stage, prepared);
  expect(plain.outputs['verdict']).toBe('succeeded');
  expect(plain.warnings.join('\n')).not.toContain('caling');
  await rewriteManifest(stage, scaled('{ min: 2, max: 5, cpu: 60 }'));
  const run = await deploy(stage, prepared, {}, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.warnings.join('\n')).toContain('Scaling is not as the manifest says: application-autoscaling:');
});

test('a count outside of the bounds of scaling is refused', async () => {
  await rewriteManifest(stage, scaled('{ min: 2, max: 5, cpu: 60 }'));
  const prepared = await prepareRelease(stage);
  stage.forgetCalls();
  const run = await deploy(stage, prepared, { services: 'web', 'desired-count': '9' });
  expect(run.error).toMatchObject({ code: 'E_INPUT', message: expect.stringContaining('2 to 5 tasks') });
  expect(stage.writes()).toEqual([]);
});
