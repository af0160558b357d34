import { startBackOff } from './breaker.ts';
import { serviceEvent, texts } from './events.ts';
import type { Deployment, Ecs, EcsService, Task, TaskDefinition } from './state.ts';
import { createTask } from './task.ts';
import { startTask } from './task-start.ts';
import { wakeScheduler } from './wake.ts';

/** How many tasks the new ones take the place of, by why. */
export type Replaced = { readonly unhealthy: number; readonly rebalanced: number };

/** Starts tasks of one deployment of a service, unless it is paused or Fargate cannot place them. */
export function placeTasks(
  ecs: Ecs,
  service: EcsService,
  deployment: Deployment,
  count: number,
  replaced: Replaced = { unhealthy: 0, rebalanced: 0 },
): void {
  if (count <= 0 || deployment.paused) return;
  if (ecs.settings.launchThrottles > 0) {
    ecs.settings.launchThrottles -= 1;
    serviceEvent(ecs, service, texts.throttled);
    return pauseStarts(ecs, service, deployment, ecs.settings.placementRetrySeconds);
  }
  const problem = placementProblem(ecs, deployment.target.definition);
  if (problem !== undefined) {
    serviceEvent(ecs, service, texts.notPlaced(problem));
    return pauseStarts(ecs, service, deployment, ecs.settings.placementRetrySeconds);
  }
  const tasks = Array.from({ length: count }, () => serviceTask(ecs, service, deployment));
  sayStarted(ecs, service, tasks, replaced);
  for (const task of tasks) void startTask(ecs, task);
}

function sayStarted(ecs: Ecs, service: EcsService, tasks: readonly Task[], replaced: Replaced): void {
  const moved = tasks.slice(0, replaced.rebalanced);
  const others = tasks.slice(moved.length);
  if (moved.length > 0) serviceEvent(ecs, service, texts.rebalancing(moved));
  if (others.length > 0) serviceEvent(ecs, service, texts.started(others, Math.min(replaced.unhealthy, others.length)));
}

function serviceTask(ecs: Ecs, service: EcsService, deployment: Deployment): Task {
  const { capacityProviderStrategy, enableExecuteCommand, propagateTags } = service.options;
  const task = createTask(ecs, {
    cluster: service.cluster,
    definition: deployment.target.definition,
    network: deployment.target.network,
    group: `service:${service.name}`,
    startedBy: deployment.id,
    capacityProvider: capacityProviderStrategy[0]?.capacityProvider,
    executeCommand: enableExecuteCommand,
    propagateTags,
    owner: { service, deployment },
  });
  service.tasks.add(task);
  return task;
}

/** Why Fargate would not take a task of this definition now, in ECS's words. */
export function placementProblem(ecs: Ecs, definition: TaskDefinition): string | undefined {
  const roles = [definition.executionRoleArn, definition.taskRoleArn].filter((role) => role !== undefined);
  const refused = roles.find((role) => !isAssumable(ecs, definition, role));
  if (refused !== undefined)
    return (
      `ECS was unable to assume the role '${refused}' that was provided for this task. Please verify that the role ` +
      'being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass ' +
      'this role'
    );
  if (ecs.settings.placementFailures <= 0) return undefined;
  ecs.settings.placementFailures -= 1;
  return ecs.settings.placementFailureReason;
}

/** ECS says for whom it asks, so that a trust policy can refuse to be used by another account's tasks. */
function isAssumable({ cloud }: Ecs, { arn }: TaskDefinition, role: string): boolean {
  const applicant = { kind: 'Service', id: 'ecs-tasks.amazonaws.com' } as const;
  const conditions = { 'aws:SourceAccount': cloud.account, 'aws:SourceArn': arn };
  return cloud.iam.trusts(role, applicant, 'ecs:task-start', conditions);
}

/** Throttles the starts of a deployment whose tasks never run. */
export function backOff(ecs: Ecs, service: EcsService, deployment: Deployment): void {
  const { startBackOffSeconds, startBackOffCapSeconds } = ecs.settings;
  if (deployment.startFailures >= 3) serviceEvent(ecs, service, texts.inconsistent);
  const seconds = startBackOff(deployment.startFailures, startBackOffSeconds, startBackOffCapSeconds);
  pauseStarts(ecs, service, deployment, seconds);
}

function pauseStarts(ecs: Ecs, service: EcsService, deployment: Deployment, seconds: number): void {
  deployment.paused = true;
  ecs.after(seconds, () => {
    deployment.paused = false;
    wakeScheduler(ecs, service);
  });
}
