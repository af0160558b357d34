import type { Ecs, EcsService } from './state.ts';
import { stopTask } from './task-stop.ts';

/** A deleted service stops its tasks, and is INACTIVE when the last one is gone. */
export function drainService(ecs: Ecs, service: EcsService): void {
  if (service.status !== 'DRAINING') return;
  const cause = `Scaling activity initiated by (deployment ${service.deployments[0]?.id ?? 'none'})`;
  for (const task of service.tasks) void stopTask(ecs, task, { code: 'ServiceSchedulerInitiated', reason: cause });
  if (service.tasks.size > 0) return;
  service.status = 'INACTIVE';
  service.deployments = [];
}
