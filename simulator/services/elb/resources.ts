import { z } from 'zod';
import type { Cloud, ResourceProperties, ResourceProvider } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import type { Action, ElbState } from './state.ts';
import { targetGroupProvider } from './target-groups.ts';

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

/** `app/name/id` of an ARN that ends in `loadbalancer/app/name/id`. */
const lastPart = (arn: string) => arn.slice(arn.indexOf('/') + 1);

/** Makes load balancers, listeners, rules and target groups from CloudFormation properties. */
export function elbResources(cloud: Cloud, state: ElbState): Record<`AWS::${string}`, ResourceProvider> {
  const random = cloud.random('elb ids');
  const newArn = (path: string) =>
    `arn:aws:elasticloadbalancing:${cloud.region}:${cloud.account}:${path}/${random.text(16)}`;
  return {
    'AWS::ElasticLoadBalancingV2::LoadBalancer': loadBalancerProvider(cloud, state, newArn),
    'AWS::ElasticLoadBalancingV2::Listener': listenerProvider(state, newArn),
    'AWS::ElasticLoadBalancingV2::ListenerRule': ruleProvider(state, newArn),
    'AWS::ElasticLoadBalancingV2::TargetGroup': targetGroupProvider(state, newArn),
  };
}

type NewArn = (path: string) => string;

function loadBalancerProvider(cloud: Cloud, state: ElbState, newArn: NewArn): ResourceProvider {
  const random = cloud.random('elb ids');
  return {
    nameProperty: 'Name',
    namesAre: { longest: 32 },
    fixed: ['Name', 'Scheme', 'Type'],
    create(properties) {
      const { Name, Scheme } = loadBalancerProperties.parse(properties);
      if ([...state.loadBalancers.values()].some(({ name }) => name === Name))
        throw new AwsError('DuplicateLoadBalancerName', `A load balancer with the name '${Name}' already exists.`);
      const arn = newArn(`loadbalancer/app/${Name}`);
      const dnsName = `${Name}-${random.text(10, '0123456789')}.${cloud.region}.elb.amazonaws.com`;
      state.loadBalancers.set(arn, { arn, name: Name, dnsName, scheme: Scheme, createdAt: cloud.clock.now() });
      const attributes = { LoadBalancerArn: arn, LoadBalancerName: Name, DNSName: dnsName };
      const shown = { LoadBalancerFullName: lastPart(arn), CanonicalHostedZoneID: 'Z32O12XQLNTSW2' };
      return { ref: arn, attributes: { ...attributes, ...shown } };
    },
    update: ({ made }) => made,
    remove: ({ ref }) => void state.loadBalancers.delete(ref),
  };
}

function listenerProvider(state: ElbState, newArn: NewArn): ResourceProvider {
  const put = (arn: string, properties: ResourceProperties) => {
    const { LoadBalancerArn: loadBalancerArn, Port, Protocol, DefaultActions } = listenerProperties.parse(properties);
    if (!state.loadBalancers.has(loadBalancerArn)) throw new Error(`There is no load balancer ${loadBalancerArn}.`);
    for (const one of DefaultActions) requireTarget(state, one);
    const defaultAction = DefaultActions.at(-1)!;
    state.listeners.set(arn, { arn, loadBalancerArn, port: Port, protocol: Protocol, defaultAction });
    return { ref: arn, attributes: { ListenerArn: arn } };
  };
  return {
    fixed: ['LoadBalancerArn'],
    create: (properties) => put(newArn(`listener/${lastPart(String(properties['LoadBalancerArn']))}`), properties),
    update: ({ made, properties }) => put(made.ref, properties),
    remove: ({ ref }) => void state.listeners.delete(ref),
  };
}

function ruleProvider(state: ElbState, newArn: NewArn): ResourceProvider {
  const put = (arn: string, properties: ResourceProperties) => {
    const { ListenerArn: listenerArn, Priority, Conditions, Actions } = ruleProperties.parse(properties);
    if (!state.listeners.has(listenerArn)) throw new Error(`There is no listener ${listenerArn}.`);
    const others = [...state.rules.values()].filter((rule) => rule.listenerArn === listenerArn && rule.arn !== arn);
    if (others.some(({ priority }) => priority === Priority))
      throw new AwsError('PriorityInUse', `Priority '${Priority}' is currently in use`);
    for (const one of Actions) requireTarget(state, one);
    const paths = Conditions.flatMap(({ Values, PathPatternConfig }) => Values ?? PathPatternConfig?.Values ?? []);
    state.rules.set(arn, { arn, listenerArn, priority: Priority, paths, action: Actions.at(-1)! });
    return { ref: arn, attributes: { RuleArn: arn } };
  };
  return {
    fixed: ['ListenerArn'],
    create: (properties) => put(newArn(`listener-rule/${lastPart(String(properties['ListenerArn']))}`), properties),
    update: ({ made, properties }) => put(made.ref, properties),
    remove: ({ ref }) => void state.rules.delete(ref),
  };
}

function requireTarget(state: ElbState, to: Action): void {
  if (to.kind === 'forward' && !state.targetGroups.has(to.targetGroupArn))
    throw new AwsError('TargetGroupNotFound', `Target groups '${to.targetGroupArn}' not found`);
}
