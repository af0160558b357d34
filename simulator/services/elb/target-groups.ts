import { z } from 'zod';
import type { ResourceProperties, ResourceProvider } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { listenersOf } from './state.ts';
import type { ElbState, TargetGroup } from './state.ts';

const targetGroupProperties = z.looseObject({
  Name: z.string(),
  Port: z.coerce.number(),
  Protocol: z.string().default('HTTP'),
  VpcId: z.string().optional(),
  TargetType: z.enum(['ip', 'instance', 'lambda', 'alb']).default('instance'),
  HealthCheckPath: z.string().default('/'),
  HealthCheckIntervalSeconds: z.coerce.number().default(30),
  HealthCheckTimeoutSeconds: z.coerce.number().default(5),
  HealthyThresholdCount: z.coerce.number().default(5),
  UnhealthyThresholdCount: z.coerce.number().default(2),
  Matcher: z.looseObject({ HttpCode: z.string() }).default({ HttpCode: '200' }),
  TargetGroupAttributes: z.array(z.looseObject({ Key: z.string(), Value: z.string() })).default([]),
});

const defaultDeregistrationDelaySeconds = 300;

/** `AWS::ElasticLoadBalancingV2::TargetGroup`. What is registered in it stays when its checks change. */
export function targetGroupProvider(state: ElbState, newArn: (path: string) => string): ResourceProvider {
  const put = (arn: string, properties: ResourceProperties) => {
    const { targets = new Map(), turn = 0 } = state.targetGroups.get(arn) ?? {};
    const group: TargetGroup = { arn, ...readGroup(properties), targets, turn };
    state.targetGroups.set(arn, group);
    const attributes = { TargetGroupArn: arn, TargetGroupName: group.name };
    return { ref: arn, attributes: { ...attributes, TargetGroupFullName: arn.split(':').at(-1)! } };
  };
  return {
    nameProperty: 'Name',
    namesAre: { longest: 32 },
    fixed: ['Name', 'Port', 'Protocol', 'VpcId', 'TargetType'],
    create(properties) {
      const { name } = readGroup(properties);
      if ([...state.targetGroups.values()].some((group) => group.name === name))
        throw new AwsError('DuplicateTargetGroupName', `A target group with the same name '${name}' exists.`);
      return put(newArn(`targetgroup/${name}`), properties);
    },
    update: ({ made, properties }) => put(made.ref, properties),
    remove({ ref }) {
      if (listenersOf(state, ref).length > 0)
        throw new AwsError('ResourceInUse', `Target group '${ref}' is currently in use by a listener or a rule`);
      state.targetGroups.delete(ref);
    },
  };
}

function readGroup(properties: ResourceProperties): Omit<TargetGroup, 'arn' | 'targets' | 'turn'> {
  const wanted = targetGroupProperties.parse(properties);
  const delay = wanted.TargetGroupAttributes.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds');
  return {
    name: wanted.Name,
    port: wanted.Port,
    protocol: wanted.Protocol,
    vpcId: wanted.VpcId,
    targetType: wanted.TargetType,
    healthCheck: {
      path: wanted.HealthCheckPath,
      intervalSeconds: wanted.HealthCheckIntervalSeconds,
      timeoutSeconds: wanted.HealthCheckTimeoutSeconds,
      healthyThreshold: wanted.HealthyThresholdCount,
      unhealthyThreshold: wanted.UnhealthyThresholdCount,
      codes: wanted.Matcher.HttpCode,
    },
    deregistrationDelaySeconds: delay === undefined ? defaultDeregistrationDelaySeconds : Number(delay.Value),
  };
}
