import type { Cloud, Elb, Target } from '../../cloud.ts';
import type { ServiceModule } from '../../operation.ts';
import { watchTarget } from './health.ts';
import { elbOperations } from './operations.ts';
import { elbResources } from './resources.ts';
import { routePath } from './routing.ts';
import { listenersOf, targetKey } from './state.ts';
import type { ElbState, TargetState } from './state.ts';

/** Application load balancers: listener rules, target groups, health checks, draining. */
export function createElb(cloud: Cloud): ServiceModule<Elb> {
  const state: ElbState = { loadBalancers: new Map(), listeners: new Map(), rules: new Map(), targetGroups: new Map() };
  const listeners: ((targetGroupArn: string, target: Target) => void)[] = [];
  const changed = (arn: string, target: Target) => {
    for (const listener of listeners) listener(arn, target);
  };
  const find = (arn: string, target: Target): TargetState | undefined =>
    state.targetGroups.get(arn)?.targets.get(targetKey(target));

  return {
    services: [
      {
        name: 'elasticloadbalancing',
        protocol: 'query',
        target: '2015-12-01',
        validationError: 'ValidationError',
        operations: elbOperations(state),
      },
    ],
    state: {
      targetGroup(arn) {
        const group = state.targetGroups.get(arn);
        return group === undefined ? undefined : { arn, port: group.port, listenerArns: listenersOf(state, arn) };
      },
      register(arn, target) {
        const group = state.targetGroups.get(arn);
        if (group === undefined) return;
        const entry: TargetState = {
          target,
          health: 'initial',
          reason: '',
          successes: 0,
          failures: 0,
          timer: undefined,
        };
        group.targets.set(targetKey(target), entry);
        watchTarget(cloud.clock, group, entry, () => changed(arn, target));
      },
      deregister(arn, target) {
        const group = state.targetGroups.get(arn);
        const entry = find(arn, target);
        if (group === undefined || entry === undefined) return Promise.resolve();
        entry.timer?.cancel();
        entry.health = 'draining';
        changed(arn, target);
        return new Promise((resolve) => {
          entry.timer = cloud.clock.after(group.deregistrationDelaySeconds * 1000, () => {
            // The address may have been registered again meanwhile.
            if (find(arn, target) === entry) group.targets.delete(targetKey(target));
            resolve();
          });
        });
      },
      health: (arn, target) => find(arn, target)?.health ?? 'unused',
      reason: (arn, target) => find(arn, target)?.reason ?? '',
      onChange: (listener) => void listeners.push(listener),
      route: (loadBalancerArn, path) => routePath(state, loadBalancerArn, path),
      loadBalancers: () => [...state.loadBalancers.values()],
      close() {
        for (const { targets } of state.targetGroups.values())
          for (const entry of targets.values()) {
            entry.timer?.cancel();
            // A check that is under way begins no other.
            entry.health = 'draining';
          }
      },
    },
    resources: elbResources(cloud, state),
  };
}
