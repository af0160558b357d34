import { z } from 'zod';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from '../page.ts';
import { listenersOf } from './state.ts';
import type { Action, ElbState, Listener, Rule, TargetGroup } from './state.ts';

const names = z.array(z.string()).optional();
const groupsPerPage = 400;

const describeAction = (action: Action) =>
  action.kind === 'forward' ? { Type: 'forward', TargetGroupArn: action.targetGroupArn } : { Type: action.type };

function describeTargetGroup(state: ElbState, group: TargetGroup) {
  const { healthCheck } = group;
  const listeners = listenersOf(state, group.arn).flatMap((arn) => state.listeners.get(arn) ?? []);
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    TargetType: group.targetType,
    HealthCheckEnabled: true,
    HealthCheckPort: 'traffic-port',
    HealthCheckProtocol: group.protocol,
    HealthCheckPath: healthCheck.path,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    Matcher: { HttpCode: healthCheck.codes },
    LoadBalancerArns: [...new Set(listeners.map(({ loadBalancerArn }) => loadBalancerArn))],
  };
}

const describeListener = ({ arn, loadBalancerArn, port, protocol, defaultAction }: Listener) => ({
  ListenerArn: arn,
  LoadBalancerArn: loadBalancerArn,
  Port: port,
  Protocol: protocol,
  DefaultActions: [describeAction(defaultAction)],
});

const describeRule = ({ arn, priority, paths, action }: Rule) => ({
  RuleArn: arn,
  Priority: String(priority),
  Conditions: [{ Field: 'path-pattern', Values: paths, PathPatternConfig: { Values: paths } }],
  Actions: [describeAction(action)],
  IsDefault: false,
});

const healthReasons: Readonly<Record<string, string>> = {
  initial: 'Elb.RegistrationInProgress',
  unhealthy: 'Target.FailedHealthChecks',
  draining: 'Target.DeregistrationInProgress',
};

const describeHealth = (group: TargetGroup) =>
  [...group.targets.values()].map(({ target, health, reason }) => ({
    Target: { Id: target.id, Port: target.port },
    HealthCheckPort: String(target.port),
    TargetHealth: {
      State: health,
      Reason: healthReasons[health],
      Description: health === 'unhealthy' ? reason : undefined,
    },
  }));

/** The reading half of Elastic Load Balancing; load balancers are made as resources. */
export function elbOperations(state: ElbState): Record<string, Operation> {
  const groupOf = (arn: string) => {
    const group = state.targetGroups.get(arn);
    if (group === undefined) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
    return group;
  };
  return {
    DescribeLoadBalancers: operation({
      input: z.strictObject({ LoadBalancerArns: names, Names: names }),
      run: ({ LoadBalancerArns, Names }) => ({
        LoadBalancers: [...state.loadBalancers.values()]
          .filter(({ arn, name }) => (LoadBalancerArns?.includes(arn) ?? true) && (Names?.includes(name) ?? true))
          .map(({ arn, name, dnsName, scheme, createdAt }) => ({
            LoadBalancerArn: arn,
            LoadBalancerName: name,
            DNSName: dnsName,
            Scheme: scheme,
            Type: 'application',
            State: { Code: 'active' },
            CreatedTime: new Date(createdAt),
          })),
      }),
    }),
    DescribeTargetGroups: operation({
      input: z.strictObject({
        TargetGroupArns: names,
        Names: names,
        LoadBalancerArn: z.string().optional(),
        PageSize: z.coerce.number().int().min(1).max(groupsPerPage).default(groupsPerPage),
        Marker: z.string().optional(),
      }),
      run({ TargetGroupArns, Names, LoadBalancerArn, PageSize, Marker }) {
        const groups = TargetGroupArns?.map(groupOf) ?? [...state.targetGroups.values()];
        const described = groups
          .filter(({ name }) => Names?.includes(name) ?? true)
          .map((group) => describeTargetGroup(state, group));
        const wanted = described.filter(
          ({ LoadBalancerArns }) => LoadBalancerArn === undefined || LoadBalancerArns.includes(LoadBalancerArn),
        );
        const { items, next } = page(wanted, PageSize, Marker, 'ValidationError');
        return { TargetGroups: items, NextMarker: next };
      },
    }),
    DescribeTargetHealth: operation({
      input: z.strictObject({ TargetGroupArn: z.string() }),
      run: ({ TargetGroupArn }) => ({ TargetHealthDescriptions: describeHealth(groupOf(TargetGroupArn)) }),
    }),
    DescribeListeners: operation({
      input: z.strictObject({ LoadBalancerArn: z.string().optional(), ListenerArns: names }),
      run: ({ LoadBalancerArn, ListenerArns }) => ({
        Listeners: [...state.listeners.values()]
          .filter(({ loadBalancerArn }) => LoadBalancerArn === undefined || loadBalancerArn === LoadBalancerArn)
          .filter(({ arn }) => ListenerArns?.includes(arn) ?? true)
          .map(describeListener),
      }),
    }),
    DescribeRules: operation({
      input: z.strictObject({ ListenerArn: z.string().optional(), RuleArns: names }),
      run: ({ ListenerArn, RuleArns }) => ({
        Rules: [...state.rules.values()]
          .filter(({ listenerArn }) => ListenerArn === undefined || listenerArn === ListenerArn)
          .filter(({ arn }) => RuleArns?.includes(arn) ?? true)
          .sort((one, other) => one.priority - other.priority)
          .map(describeRule),
      }),
    }),
  };
}
