import { z } from 'zod';
import type { Cloud, ResourceMaker } from '../../cloud.ts';
import type { Action, ElbState } from './state.ts';

const loadBalancerProperties = z.looseObject({ Name: z.string(), Scheme: z.string().default('internet-facing') });

const action = z
  .looseObject({
    Type: z.string(),
    TargetGroupArn: z.string().optional(),
    ForwardConfig: z.looseObject({ TargetGroups: z.array(z.looseObject({ TargetGroupArn: z.string() })) }).optional(),
  })
  .transform(({ Type, TargetGroupArn, ForwardConfig }): Action => {
    const targetGroupArn = TargetGroupArn ?? ForwardConfig?.TargetGroups[0]?.TargetGroupArn;
    return Type === 'forward' && targetGroupArn !== undefined
      ? { kind: 'forward', targetGroupArn }
      : { kind: 'other', type: Type };
  });

const listenerProperties = z.looseObject({
  LoadBalancerArn: z.string(),
  Port: z.coerce.number().default(80),
  Protocol: z.string().default('HTTP'),
  DefaultActions: z.array(action).min(1),
});

const condition = z.looseObject({
  Field: z.literal('path-pattern'),
  Values: z.array(z.string()).optional(),
  PathPatternConfig: z.looseObject({ Values: z.array(z.string()) }).optional(),
});

const ruleProperties = z.looseObject({
  ListenerArn: z.string(),
  Priority: z.coerce.number(),
  Conditions: z.array(condition).length(1),
  Actions: z.array(action).min(1),
});

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

/** `app/name/id` of an ARN that ends in `loadbalancer/app/name/id`. */
const lastPart = (arn: string) => arn.slice(arn.indexOf('/') + 1);

/** Makes load balancers, listeners, rules and target groups from CloudFormation properties. */
export function elbResources(cloud: Cloud, state: ElbState): Record<`AWS::${string}`, ResourceMaker> {
  const random = cloud.random('elb ids');
  const prefix = `arn:aws:elasticloadbalancing:${cloud.region}:${cloud.account}:`;
  return {
    'AWS::ElasticLoadBalancingV2::LoadBalancer': (properties) => {
      const { Name, Scheme } = loadBalancerProperties.parse(properties);
      const id = random.text(16);
      const arn = `${prefix}loadbalancer/app/${Name}/${id}`;
      const dnsName = `${Name}-${random.text(10, '0123456789')}.${cloud.region}.elb.amazonaws.com`;
      state.loadBalancers.set(arn, { arn, name: Name, dnsName, scheme: Scheme, createdAt: cloud.clock.now() });
      const attributes = { LoadBalancerArn: arn, LoadBalancerName: Name, DNSName: dnsName };
      return { ref: arn, attributes: { ...attributes, LoadBalancerFullName: lastPart(arn) } };
    },
    'AWS::ElasticLoadBalancingV2::Listener': (properties) => {
      const { LoadBalancerArn, Port, Protocol, DefaultActions } = listenerProperties.parse(properties);
      if (!state.loadBalancers.has(LoadBalancerArn)) throw new Error(`There is no load balancer ${LoadBalancerArn}.`);
      const arn = `${prefix}listener/${lastPart(LoadBalancerArn)}/${random.text(16)}`;
      const defaultAction = DefaultActions.at(-1)!;
      state.listeners.set(arn, {
        arn,
        loadBalancerArn: LoadBalancerArn,
        port: Port,
        protocol: Protocol,
        defaultAction,
      });
      return { ref: arn, attributes: { ListenerArn: arn } };
    },
    'AWS::ElasticLoadBalancingV2::ListenerRule': (properties) => {
      const { ListenerArn, Priority, Conditions, Actions } = ruleProperties.parse(properties);
      if (!state.listeners.has(ListenerArn)) throw new Error(`There is no listener ${ListenerArn}.`);
      const arn = `${prefix}listener-rule/${lastPart(ListenerArn)}/${random.text(16)}`;
      const paths = Conditions.flatMap(({ Values, PathPatternConfig }) => Values ?? PathPatternConfig?.Values ?? []);
      state.rules.set(arn, { arn, listenerArn: ListenerArn, priority: Priority, paths, action: Actions.at(-1)! });
      return { ref: arn, attributes: { RuleArn: arn } };
    },
    'AWS::ElasticLoadBalancingV2::TargetGroup': (properties) => {
      const wanted = targetGroupProperties.parse(properties);
      const arn = `${prefix}targetgroup/${wanted.Name}/${random.text(16)}`;
      const delay = wanted.TargetGroupAttributes.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds');
      state.targetGroups.set(arn, {
        arn,
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
        targets: new Map(),
        turn: 0,
      });
      const attributes = { TargetGroupArn: arn, TargetGroupName: wanted.Name };
      return { ref: arn, attributes: { ...attributes, TargetGroupFullName: arn.split(':').at(-1)! } };
    },
  };
}
