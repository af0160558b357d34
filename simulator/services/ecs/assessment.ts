import { serviceEvent, texts } from './events.ts';
import type { Fleet } from './scheduler.ts';
import type { Deployment, Ecs, EcsService, Task } from './state.ts';
import { hasHealthCheck, healthOf } from './task.ts';
import { announce, hide, provenHealth, targetHealth } from './task-targets.ts';

/** How the scheduler sees one task. */
export type Standing = 'healthy' | 'unproven' | 'condemned' | 'ending' | 'gone';

/** A live task that serves, or may come to serve, is found in Cloud Map as long as it is healthy. */
export function assessTask(ecs: Ecs, task: Task): Standing {
  if (task.desiredStatus === 'STOPPED') return task.stopCode === 'ServiceSchedulerInitiated' ? 'gone' : 'ending';
  if (task.status !== 'RUNNING') return 'unproven';
  condemnIfUnhealthy(ecs, task);
  if (task.condemned !== undefined) {
    hide(ecs, task);
    return 'condemned';
  }
  if (!(provenHealth(ecs, task, hasChecks(task)) ?? task.matured)) return 'unproven';
  noteHealthy(ecs, task);
  // It serves until its replacement does.
  return task.leaving === undefined ? 'healthy' : 'condemned';
}

const hasChecks = (task: Task) =>
  task.containers.some(({ definition }) => definition.essential && hasHealthCheck(definition));

function noteHealthy(ecs: Ecs, task: Task): void {
  if (task.provenHealthy) return;
  task.provenHealthy = true;
  announce(ecs, task);
  const { service, deployment } = task.owner!;
  if (service.configuration.deploymentCircuitBreaker.resetOnHealthyTask) deployment.failedTasks = 0;
}

function condemnIfUnhealthy(ecs: Ecs, task: Task): void {
  if (task.inGrace || task.condemned !== undefined) return;
  const { service, deployment } = task.owner!;
  const target = targetHealth(ecs, task).find(({ health }) => health === 'unhealthy');
  if (healthOf(task) === 'UNHEALTHY') {
    task.condemned = 'Task failed container health checks';
    serviceEvent(ecs, service, texts.failedContainerChecks(task));
  } else if (target !== undefined) {
    task.condemned = `Task failed ELB health checks in (target-group ${target.arn})`;
    serviceEvent(ecs, service, texts.unhealthyTarget(task, target));
  } else return;
  if (deployment.rolloutState === 'IN_PROGRESS') deployment.failedTasks += 1;
}

export type AssessedTask = { readonly task: Task; readonly standing: Standing };

/** The fleet of some deployments, counted. */
export function countFleet(assessed: readonly AssessedTask[], deployments: readonly Deployment[]): Fleet {
  const own = assessed.filter(({ task }) => deployments.includes(task.owner!.deployment));
  const count = (wanted: Standing) => own.filter(({ standing }) => standing === wanted).length;
  return {
    desired: deployments.reduce((sum, { desiredCount }) => sum + desiredCount, 0),
    healthy: count('healthy'),
    unproven: count('unproven'),
    condemned: count('condemned'),
    ending: count('ending'),
  };
}

export const assessTasks = (ecs: Ecs, service: EcsService): readonly AssessedTask[] =>
  [...service.tasks].map((task) => ({ task, standing: assessTask(ecs, task) }));
