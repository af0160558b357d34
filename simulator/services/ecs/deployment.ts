import { serviceEvent, texts } from './events.ts';
import {
  currentServiceDeployment,
  moveTo,
  recordServiceDeployment,
  stopServiceDeployment,
} from './service-deployment.ts';
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
  deployment.launching = true;
  deployment.desiredCount = service.desiredCount;
  wakeScheduler(ecs, service);
}

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
  service.deployments = [deployment];
  service.lastCompleted = deployment;
  const record = currentServiceDeployment(service);
  if (record !== undefined) moveTo(ecs, record, record.rollback === undefined ? 'SUCCESSFUL' : 'ROLLBACK_SUCCESSFUL');
  serviceEvent(ecs, service, texts.completed(deployment.id));
}

const noCandidate = 'No rollback candidate was found to run the rollback.';

/** The circuit breaker's verdict. */
export function failDeployment(ecs: Ecs, service: EcsService, deployment: Deployment): void {
  if (deployment.status !== 'PRIMARY' || deployment.rolloutState !== 'IN_PROGRESS') return;
  markFailed(ecs, deployment, 'ECS deployment circuit breaker: tasks failed to start.');
  serviceEvent(ecs, service, texts.failed(deployment.id, 'tasks failed to start'));
  const record = currentServiceDeployment(service);
  if (record === undefined) return;
  record.breaker = 'TRIGGERED';
  if (record.rollback !== undefined) return moveTo(ecs, record, 'ROLLBACK_FAILED', 'The rollback itself failed.');
  const reason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';
  if (service.configuration.deploymentCircuitBreaker.rollback) rollBack(ecs, service, record, reason);
  else stopServiceDeployment(ecs, record, 'The circuit breaker threshold was exceeded and rollback is off.');
}

function markFailed(ecs: Ecs, deployment: Deployment, reason: string): void {
  deployment.rolloutState = 'FAILED';
  deployment.rolloutStateReason = reason;
  deployment.launching = false;
  deployment.updatedAt = ecs.cloud.clock.now();
}

/** Back to the most recent completed deployment, which becomes PRIMARY again under its old id. */
export function rollBack(ecs: Ecs, service: EcsService, record: ServiceDeployment, reason: string): void {
  const failed = record.target;
  const candidate = rollbackCandidate(service, failed);
  if (failed.rolloutState !== 'FAILED') markFailed(ecs, failed, 'ECS deployment stopped: rollback requested.');
  moveTo(ecs, record, 'ROLLBACK_REQUESTED', reason);
  record.rollback = { reason, startedAt: ecs.cloud.clock.now(), to: candidate };
  if (candidate === undefined) return moveTo(ecs, record, 'ROLLBACK_FAILED', noCandidate);
  moveTo(ecs, record, 'ROLLBACK_IN_PROGRESS');
  serviceEvent(ecs, service, texts.rollingBack(candidate.id));
  promote(ecs, service, candidate, failed);
}

function rollbackCandidate(service: EcsService, failed: Deployment): Deployment | undefined {
  const candidate = service.lastCompleted;
  return candidate !== failed && candidate?.rolloutState === 'COMPLETED' ? candidate : undefined;
}

function promote(ecs: Ecs, service: EcsService, candidate: Deployment, failed: Deployment): void {
  failed.status = 'ACTIVE';
  failed.desiredCount = 0;
  candidate.status = 'PRIMARY';
  candidate.rolloutState = 'IN_PROGRESS';
  candidate.rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${candidate.id}.`;
  candidate.desiredCount = service.desiredCount;
  candidate.failedTasks = 0;
  candidate.startFailures = 0;
  candidate.launching = true;
  candidate.updatedAt = ecs.cloud.clock.now();
  service.deployments = [candidate, ...service.deployments.filter((deployment) => deployment !== candidate)];
  service.target = candidate.target;
  wakeScheduler(ecs, service);
}
