import { z } from 'zod';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from '../page.ts';
import { mayKeepAlarms } from './permissions.ts';
import { dimensionShape, namespaceShape, paging, resourceIdShape, targetMembers } from './shapes.ts';
import { trackingShape, unsimulated } from './shapes.ts';
import type { Tracking } from './shapes.ts';
import { scalableDimension, scalableOf, serviceNamespace, targetArns, targetConditions } from './state.ts';
import type { Autoscaling, ScalableTarget, ScalingPolicy } from './state.ts';
import { existingTarget } from './targets.ts';

const policyName = z.string().min(1).max(256);

export function policyOperations(state: Autoscaling): Record<string, Operation> {
  const asked = { resources: targetArns(state), conditions: () => targetConditions };
  return {
    PutScalingPolicy: operation({
      input: z.strictObject({
        PolicyName: policyName,
        ...targetMembers,
        PolicyType: z.enum(['StepScaling', 'TargetTrackingScaling', 'PredictiveScaling']).default('StepScaling'),
        TargetTrackingScalingPolicyConfiguration: trackingShape.optional(),
        StepScalingPolicyConfiguration: unsimulated('step scaling'),
        PredictiveScalingPolicyConfiguration: unsimulated('predictive scaling'),
      }),
      ...asked,
      run(input, call) {
        const { PolicyName: name, ResourceId, TargetTrackingScalingPolicyConfiguration: tracking } = input;
        if (input.PolicyType !== 'TargetTrackingScaling' || tracking === undefined)
          throw new AwsError(
            'ValidationException',
            'A TargetTrackingScalingPolicyConfiguration with PolicyType TargetTrackingScaling must be specified.',
          );
        const target = existingTarget(state, ResourceId, 'registered');
        mayKeepAlarms(call, ResourceId);
        const { arn, alarms } = putPolicy(state, target, name, tracking);
        return { PolicyARN: arn, Alarms: alarms };
      },
    }),
    DescribeScalingPolicies: operation({
      input: z.strictObject({
        PolicyNames: z.array(policyName).max(50).optional(),
        ServiceNamespace: namespaceShape,
        ResourceId: resourceIdShape.optional(),
        ScalableDimension: dimensionShape.optional(),
        ...paging,
        MaxResults: z.int().min(1).max(10).default(10),
      }),
      run({ PolicyNames, ResourceId, MaxResults, NextToken }) {
        const wanted = [...state.targets.values()]
          .filter(({ resourceId }) => ResourceId === undefined || resourceId === ResourceId)
          .flatMap((target) => [...target.policies.values()].map((policy) => ({ target, policy })))
          .filter(({ policy }) => PolicyNames === undefined || PolicyNames.includes(policy.name));
        const { items, next } = page(wanted, MaxResults, NextToken, 'InvalidNextTokenException');
        return {
          ScalingPolicies: items.map(({ target, policy }) => describePolicy(target, policy)),
          NextToken: next,
        };
      },
    }),
    DeleteScalingPolicy: operation({
      input: z.strictObject({ PolicyName: policyName, ...targetMembers }),
      ...asked,
      run({ PolicyName: name, ResourceId }) {
        if (state.targets.get(ResourceId)?.policies.delete(name) !== true)
          throw new AwsError(
            'ObjectNotFoundException',
            `No scaling policy found for service namespace: ${serviceNamespace}, resource ID: ${ResourceId}, ` +
              `scalable dimension: ${scalableDimension}, policy name: ${name}`,
          );
        return {};
      },
    }),
  };
}

/** The same name again changes the policy, and keeps its ARN and its alarms. */
function putPolicy(state: Autoscaling, target: ScalableTarget, name: string, tracking: Tracking): ScalingPolicy {
  const { cloud, random } = state;
  checkMetric(state, target, tracking);
  const before = target.policies.get(name);
  const place = `${cloud.region}:${cloud.account}`;
  const policy: ScalingPolicy = {
    arn:
      before?.arn ??
      `arn:aws:autoscaling:${place}:scalingPolicy:${random.uuid()}:resource/ecs/${target.resourceId}:policyName/${name}`,
    name,
    createdAt: before?.createdAt ?? cloud.clock.now(),
    configuration: tracking,
    alarms:
      before?.alarms ??
      ['AlarmHigh', 'AlarmLow'].map((side) => {
        const AlarmName = `TargetTracking-${target.resourceId}-${side}-${random.uuid()}`;
        return { AlarmName, AlarmARN: `arn:aws:cloudwatch:${place}:alarm:${AlarmName}` };
      }),
  };
  target.policies.set(name, policy);
  return policy;
}

const refuse = (message: string): never => {
  throw new AwsError('ValidationException', message);
};

const labelForm = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/;

/** Requests are counted behind one target group of the service, on the load balancer that forwards to it. */
function checkMetric(state: Autoscaling, target: ScalableTarget, tracking: Tracking): void {
  const { PredefinedMetricType: metric, ResourceLabel: label } = tracking.PredefinedMetricSpecification;
  if (metric !== 'ALBRequestCountPerTarget') {
    if (label !== undefined) refuse(`ResourceLabel must not be specified for ${metric}`);
    return;
  }
  if (label === undefined) return refuse('ResourceLabel must be specified for ALBRequestCountPerTarget');
  const [, loadBalancer = '', group = ''] = labelForm.exec(label) ?? refuse(`Invalid ResourceLabel: ${label}`) ?? [];
  const { cloud } = state;
  const arn = `arn:aws:elasticloadbalancing:${cloud.region}:${cloud.account}:${group}`;
  if (scalableOf(state, target.resourceId)?.targetGroupArns.includes(arn) !== true)
    refuse(`Target group ${group} is not attached to ${target.resourceId}`);
  const listeners = cloud.elb.targetGroup(arn)?.listenerArns ?? [];
  if (!listeners.some((listener) => listener.includes(`:listener/${loadBalancer}/`)))
    refuse(`Load balancer ${loadBalancer} does not forward to ${group}`);
}

function describePolicy(target: ScalableTarget, policy: ScalingPolicy) {
  return {
    PolicyARN: policy.arn,
    PolicyName: policy.name,
    ServiceNamespace: serviceNamespace,
    ResourceId: target.resourceId,
    ScalableDimension: scalableDimension,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: policy.configuration,
    Alarms: policy.alarms,
    CreationTime: policy.createdAt / 1000,
  };
}
