import { serviceEvent, texts } from './events.ts';
import { currentServiceDeployment, moveTo, stopServiceDeployment } from './service-deployment.ts';
import { turnBack } from './stages.ts';
import type { Deployment, Ecs, EcsService, ServiceDeployment } from './state.ts';
import { wakeScheduler } from './wake.ts';

/** Whoever watches a deployment and may give it up. */
export type Monitor = 'breaker' | 'alarms';

const words = {
  breaker: {
    failed: 'ECS deployment circuit breaker: tasks failed to start.',
    event: 'tasks failed to start',
    goingBack: 'ECS deployment circuit breaker',
    rolledBack: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
    stopped: 'The circuit breaker threshold was exceeded and rollback is off.',
  },
  alarms: {
    failed: 'ECS deployment alarms: alarm detected.',
    event: 'alarm detected',
    goingBack: 'ECS deployment alarms',
    rolledBack: 'Service deployment rolled back because of a CloudWatch alarm.',
    stopped: 'A CloudWatch alarm was detected and rollback is off.',
  },
} as const;

const noCandidate = 'No rollback candidate was found to run the rollback.';

/** A monitor's verdict on the PRIMARY: it failed, and goes back if the service is told to. */
export function failDeployment(ecs: Ecs, service: EcsService, deployment: Deployment, monitor: Monitor): void {
  if (deployment.status !== 'PRIMARY' || deployment.rolloutState !== 'IN_PROGRESS') return;
  markFailed(ecs, deployment, words[monitor].failed);
  serviceEvent(ecs, service, texts.failed(deployment.id, words[monitor].event));
  const record = currentServiceDeployment(service);
  if (record === undefined) return;
  record.monitors[monitor] = 'TRIGGERED';
  if (record.rollback !== undefined) return moveTo(ecs, record, 'ROLLBACK_FAILED', 'The rollback itself failed.');
  // Somebody asked for the rollback already: it is about to begin.
  if (record.status === 'ROLLBACK_REQUESTED') return;
  if (goesBack(service, monitor)) return rollBack(ecs, record, words[monitor].rolledBack, words[monitor].goingBack);
  stopServiceDeployment(ecs, record, words[monitor].stopped);
  forgetLater(ecs, service, deployment);
}

function goesBack({ configuration }: EcsService, monitor: Monitor): boolean {
  return monitor === 'breaker' ? configuration.deploymentCircuitBreaker.rollback : configuration.alarms.rollback;
}

function markFailed(ecs: Ecs, deployment: Deployment, reason: string): void {
  deployment.rolloutState = 'FAILED';
  deployment.rolloutStateReason = reason;
  deployment.launching = false;
  deployment.updatedAt = ecs.cloud.clock.now();
}

/** A failed deployment may leave the list after a while; the completed one is PRIMARY again then. */
function forgetLater(ecs: Ecs, service: EcsService, failed: Deployment): void {
  const { failedListedSeconds } = ecs.settings;
  if (failedListedSeconds === Infinity) return;
  ecs.after(failedListedSeconds, () => {
    const former = rollbackCandidate(service, failed);
    if (service.deployments[0] !== failed || former === undefined) return;
    former.status = 'PRIMARY';
    former.desiredCount = service.desiredCount;
    service.deployments = [former];
    service.target = former.target;
    wakeScheduler(ecs, service);
  });
}

/**
 * StopServiceDeployment(ROLLBACK): what has not ended goes back; what is already stopping or going back goes on. A
 * deployment that completes before the rollback begins is SUCCESSFUL.
 */
export function requestRollback(ecs: Ecs, record: ServiceDeployment): void {
  if (record.status !== 'PENDING' && record.status !== 'IN_PROGRESS') return;
  const reason = 'Service deployment rolled back because a stop was requested.';
  moveTo(ecs, record, 'ROLLBACK_REQUESTED', reason);
  const [low, high] = ecs.settings.rollbackStart;
  ecs.after(ecs.durations.between(low, high), () => {
    if (record.status === 'ROLLBACK_REQUESTED') rollBack(ecs, record, reason, 'ECS deployment stopped');
  });
}

/** Back to the most recent completed deployment, which becomes PRIMARY again under its old id. */
export function rollBack(ecs: Ecs, record: ServiceDeployment, reason: string, because: string): void {
  const { service, target: failed } = record;
  const candidate = rollbackCandidate(service, failed);
  if (failed.rolloutState !== 'FAILED') markFailed(ecs, failed, 'ECS deployment stopped: rollback requested.');
  moveTo(ecs, record, 'ROLLBACK_REQUESTED', reason);
  record.rollback = { reason, startedAt: ecs.cloud.clock.now(), to: candidate };
  if (candidate === undefined) return moveTo(ecs, record, 'ROLLBACK_FAILED', noCandidate);
  moveTo(ecs, record, 'ROLLBACK_IN_PROGRESS');
  turnBack(record.stages);
  serviceEvent(ecs, service, texts.rollingBack(candidate.id));
  promote(ecs, service, candidate, failed);
  candidate.rolloutStateReason = `${because}: rolling back to deploymentId ${candidate.id}.`;
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
  candidate.desiredCount = service.desiredCount;
  candidate.failedTasks = 0;
  candidate.startFailures = 0;
  candidate.launching = true;
  candidate.updatedAt = ecs.cloud.clock.now();
  service.deployments = [candidate, ...service.deployments.filter((deployment) => deployment !== candidate)];
  service.target = candidate.target;
  wakeScheduler(ecs, service);
}
