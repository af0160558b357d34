import type { Deployment, Ecs, EcsService, ServiceDeployment, ServiceDeploymentStatus } from './state.ts';

/** The record that ECS keeps of every deployment, with the outcome that `deployments[]` does not name. */
export function recordServiceDeployment(ecs: Ecs, service: EcsService, target: Deployment): ServiceDeployment {
  const now = ecs.cloud.clock.now();
  const record: ServiceDeployment = {
    arn: ecs.names.serviceDeployment(service.cluster.name, service.name),
    service,
    target,
    sources: service.deployments.filter((deployment) => deployment !== target),
    createdAt: now,
    updatedAt: now,
    status: 'PENDING',
    monitors: {
      breaker: service.configuration.deploymentCircuitBreaker.enable ? 'MONITORING' : 'DISABLED',
      alarms: service.configuration.alarms.enable ? 'MONITORING' : 'DISABLED',
    },
    triggeredAlarms: [],
    bake: service.configuration.alarms.enable ? 'due' : 'over',
  };
  service.serviceDeployments.unshift(record);
  return record;
}

const final: ReadonlySet<ServiceDeploymentStatus> = new Set([
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
]);

export const isFinal = ({ status }: ServiceDeployment) => final.has(status);

/** The one that runs now. */
export function currentServiceDeployment(service: EcsService): ServiceDeployment | undefined {
  const newest = service.serviceDeployments[0];
  return newest !== undefined && !isFinal(newest) ? newest : undefined;
}

export function moveTo(ecs: Ecs, record: ServiceDeployment, status: ServiceDeploymentStatus, reason?: string): void {
  const now = ecs.cloud.clock.now();
  record.status = status;
  record.updatedAt = now;
  if (reason !== undefined) record.statusReason = reason;
  if (status === 'SUCCESSFUL') delete record.statusReason;
  if (status === 'IN_PROGRESS') record.startedAt = now;
  if (status === 'STOPPED') record.stoppedAt = now;
  if (isFinal(record)) {
    record.finishedAt = now;
    for (const monitor of ['breaker', 'alarms'] as const)
      if (record.monitors[monitor] === 'MONITORING') record.monitors[monitor] = 'MONITORING_COMPLETE';
  }
}

/** Superseded, or failed with rollback off. */
export function stopServiceDeployment(ecs: Ecs, record: ServiceDeployment, reason: string): void {
  moveTo(ecs, record, 'STOP_REQUESTED', reason);
  ecs.after(1, () => {
    if (record.status === 'STOP_REQUESTED') moveTo(ecs, record, 'STOPPED');
  });
}
