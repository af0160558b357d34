import type { Timer } from '../../clock.ts';
import type { Target } from '../../cloud.ts';

/** What the load balancers of the account are and know. */
export type ElbState = {
  readonly loadBalancers: Map<string, LoadBalancer>;
  readonly listeners: Map<string, Listener>;
  readonly rules: Map<string, Rule>;
  readonly targetGroups: Map<string, TargetGroup>;
};

export type LoadBalancer = {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly scheme: string;
  readonly createdAt: number;
};

export type Listener = {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly port: number;
  readonly protocol: string;
  readonly defaultAction: Action;
};

/** `path` patterns with `*` and `?`, as listener rules have them. */
export type Rule = {
  readonly arn: string;
  readonly listenerArn: string;
  readonly priority: number;
  readonly paths: readonly string[];
  readonly action: Action;
};

export type Action =
  { readonly kind: 'forward'; readonly targetGroupArn: string } | { readonly kind: 'other'; readonly type: string };

export type HealthCheck = {
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** `200`, `200,202` or `200-299`. */
  readonly codes: string;
};

export type TargetGroup = {
  readonly arn: string;
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly vpcId: string | undefined;
  /** Tasks with an address of their own need `ip`. */
  readonly targetType: string;
  readonly healthCheck: HealthCheck;
  readonly deregistrationDelaySeconds: number;
  /** By `<address>:<port>`. */
  readonly targets: Map<string, TargetState>;
  /** Round robin. */
  turn: number;
};

export type TargetHealth = 'initial' | 'healthy' | 'unhealthy' | 'draining';

export type TargetState = {
  readonly target: Target;
  health: TargetHealth;
  reason: string;
  /** Checks in a row that went the same way. */
  successes: number;
  failures: number;
  timer: Timer | undefined;
};

export const targetKey = ({ id, port }: { id: string; port: number }) => `${id}:${port}`;

/** Target groups that a listener or one of its rules forwards to, with those listeners. */
export function listenersOf(state: ElbState, targetGroupArn: string): readonly string[] {
  const forwardsHere = (action: Action) => action.kind === 'forward' && action.targetGroupArn === targetGroupArn;
  const direct = [...state.listeners.values()].filter(({ defaultAction }) => forwardsHere(defaultAction));
  const byRule = [...state.rules.values()].filter(({ action }) => forwardsHere(action));
  return [...new Set([...direct.map(({ arn }) => arn), ...byRule.map(({ listenerArn }) => listenerArn)])];
}
