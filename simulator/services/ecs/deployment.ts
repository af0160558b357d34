import { watchAlarms } from './alarm-watch.ts';
import { serviceEvent, texts } from './events.ts';
import {
  currentServiceDeployment,
  moveTo,
  recordServiceDeployment,
  stopServiceDeployment,
} from './service-deployment.ts';
import { beginStages } from './stage-walk.ts';
import type { Deployment, Ecs, EcsService, ServiceDeployment, ServiceTarget, Task } from './state.ts';
import { wakeScheduler } from './wake.ts';

/** A new PRIMARY; the former one is ACTIVE from now on, and whatever it was doing is superseded. */
export function beginDeployment(ecs: Ecs, service: EcsService, target: ServiceTarget, shownDesired = 0): Deployment {
  const now = ecs.cloud.clock.now();
  const id = ecs.names.newDeploymentId();
  const deployment: Deployment = {
    id,
    target,
    createdAt: now,
    updatedAt: now,
    revisionArn: ecs.names.serviceRevision(service.cluster.name, service.name, id),
    digests: new Map(),
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    desiredCount: shownDesired,
    failedTasks: 0,
    usesAlternate: takesAlternate(service),
    launching: false,
    startFailures: 0,
    paused: false,
  };
  const superseded = currentServiceDeployment(service);
  if (superseded !== undefined) stopServiceDeployment(ecs, superseded, `Superseded by a newer service deployment.`);
  for (const previous of service.deployments) demote(service, previous, now);
  service.target = target;
  service.deployments.unshift(deployment);
  const record = recordServiceDeployment(ecs, service, deployment);
  const [low, high] = ecs.settings.deploymentStart;
  ecs.after(ecs.durations.between(low, high), () => start(ecs, service, deployment, record));
  return deployment;
}

function start(ecs: Ecs, service: EcsService, deployment: Deployment, record: ServiceDeployment): void {
  if (record.status !== 'PENDING') return;
  moveTo(ecs, record, 'IN_PROGRESS');
  deployment.desiredCount = service.desiredCount;
  watchAlarms(ecs, record);
  if (service.configuration.strategy !== 'ROLLING') return beginStages(ecs, record);
  deployment.launching = true;
  wakeScheduler(ecs, service);
}

/** Blue and green take turns. */
const takesAlternate = ({ configuration, lastCompleted }: EcsService) =>
  configuration.strategy !== 'ROLLING' && lastCompleted !== undefined && !lastCompleted.usesAlternate;

/** What was completed keeps its count until it is rolled down; what was not is left with the tasks that run. */
function demote(service: EcsService, deployment: Deployment, now: number): void {
  if (deployment.status === 'PRIMARY') deployment.updatedAt = now;
  deployment.status = 'ACTIVE';
  if (deployment.rolloutState === 'COMPLETED') return;
  deployment.desiredCount = Math.min(deployment.desiredCount, tasksOf(service, deployment).filter(isServing).length);
}

export const tasksOf = (service: EcsService, deployment: Deployment) =>
  [...service.tasks].filter(({ owner }) => owner?.deployment === deployment);

const isServing = ({ status, desiredStatus }: Task) => status === 'RUNNING' && desiredStatus === 'RUNNING';

/** Every task of the PRIMARY is healthy and every other one is gone. */
export function completeDeployment(ecs: Ecs, service: EcsService, deployment: Deployment): void {
  deployment.rolloutState = 'COMPLETED';
  deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
  deployment.updatedAt = ecs.cloud.clock.now();
  // With early success tasks of others may still be there: they are cleaned up in the background.
  service.deployments = service.deployments.filter(
    (other) => other === deployment || tasksOf(service, other).length > 0,
  );
  service.lastCompleted = deployment;
  const record = currentServiceDeployment(service);
  if (record !== undefined) moveTo(ecs, record, record.rollback === undefined ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL');
  serviceEvent(ecs, service, texts.completed(deployment.id));
}
