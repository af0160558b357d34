import type { Target } from '../../cloud.ts';
import { serviceEvent } from './events.ts';
import type { Ecs, Task } from './state.ts';
import { healthOf } from './task.ts';

/** Registers a starting task in the target groups of its deployment. */
export function joinTargets(ecs: Ecs, task: Task): void {
  for (const { arn, target } of targetsOf(task)) {
    ecs.cloud.elb.register(arn, target);
    serviceEvent(ecs, task.owner!.service, `registered 1 targets in (target-group ${arn})`);
  }
}

/** Takes a task out of target groups and Cloud Map; resolves when its targets are drained. */
export async function leaveTargets(ecs: Ecs, task: Task): Promise<void> {
  const targets = targetsOf(task);
  for (const { registryArn } of registriesOf(task)) ecs.cloud.discovery.deregister(registryArn, task.id);
  if (targets.length === 0 || task.running === undefined) return;
  const { service } = task.owner!;
  for (const { arn } of targets) serviceEvent(ecs, service, `deregistered 1 targets in (target-group ${arn})`);
  serviceEvent(ecs, service, 'has begun draining connections on 1 tasks.');
  await Promise.all(targets.map(({ arn, target }) => ecs.cloud.elb.deregister(arn, target)));
}

/** Cloud Map follows container and load balancer health: a task is found once it is healthy. */
export function announce(ecs: Ecs, task: Task): void {
  if (task.running === undefined) return;
  for (const { registryArn } of registriesOf(task))
    ecs.cloud.discovery.register(registryArn, task.id, task.running.address);
}

export function hide(ecs: Ecs, task: Task): void {
  for (const { registryArn } of registriesOf(task)) ecs.cloud.discovery.deregister(registryArn, task.id);
}

export type TargetHealth = {
  readonly arn: string;
  readonly port: number;
  readonly health: string;
  readonly reason: string;
};

export function targetHealth(ecs: Ecs, task: Task): readonly TargetHealth[] {
  return targetsOf(task).map(({ arn, target }) => ({
    arn,
    port: target.port,
    health: ecs.cloud.elb.health(arn, target),
    reason: ecs.cloud.elb.reason(arn, target),
  }));
}

/** Whether container checks and targets, where there are any, all say healthy; undefined when there are none. */
export function provenHealth(ecs: Ecs, task: Task, hasChecks: boolean): boolean | undefined {
  const targets = targetHealth(ecs, task);
  if (!hasChecks && targets.length === 0) return undefined;
  return (!hasChecks || healthOf(task) === 'HEALTHY') && targets.every(({ health }) => health === 'healthy');
}

function targetsOf(task: Task): { arn: string; target: Target }[] {
  const { running } = task;
  if (running === undefined) return [];
  const deployment = task.owner?.deployment;
  return (deployment?.target.loadBalancers ?? []).map(({ targetGroupArn, containerPort, advancedConfiguration }) => ({
    arn: (deployment?.usesAlternate && advancedConfiguration?.alternateTargetGroupArn) || targetGroupArn,
    target: {
      id: running.address,
      port: containerPort,
      probe: (path, timeoutMs) => running.probe(containerPort, path, timeoutMs),
    },
  }));
}

const registriesOf = (task: Task) => task.owner?.deployment.target.registries ?? [];
