import type { Target } from '../../cloud.ts';
import type { Action, ElbState, TargetGroup } from './state.ts';

/** Where the listener rules of a load balancer send a path now: the first rule by priority, else the default. */
export function routePath(state: ElbState, loadBalancerArn: string, path: string): Target | undefined {
  const group = state.targetGroups.get(targetGroupFor(state, loadBalancerArn, path) ?? '');
  return group === undefined ? undefined : nextHealthy(group);
}

/** A listener that only redirects (HTTP to HTTPS) serves nobody itself, so the next one is asked. */
export function targetGroupFor(state: ElbState, loadBalancerArn: string, path: string): string | undefined {
  const pathOnly = path.split('?')[0]!;
  const listeners = [...state.listeners.values()]
    .filter((listener) => listener.loadBalancerArn === loadBalancerArn)
    .sort((one, other) => other.port - one.port);
  for (const listener of listeners) {
    const rules = [...state.rules.values()]
      .filter((rule) => rule.listenerArn === listener.arn)
      .sort((one, other) => one.priority - other.priority);
    const rule = rules.find(({ paths }) => paths.some((pattern) => matchesPath(pattern, pathOnly)));
    const action: Action = rule?.action ?? listener.defaultAction;
    if (action.kind === 'forward') return action.targetGroupArn;
  }
  return undefined;
}

/** `*` is any text, `?` any one character; upper and lower case differ. */
export function matchesPath(pattern: string, path: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(path);
}

function nextHealthy(group: TargetGroup): Target | undefined {
  const healthy = [...group.targets.values()].filter(({ health }) => health === 'healthy');
  return healthy.length === 0 ? undefined : healthy[group.turn++ % healthy.length]!.target;
}
