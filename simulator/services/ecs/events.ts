import type { Ecs, EcsService, Task } from './state.ts';

const shownEvents = 100;
const repeatAfterMs = 6 * 60 * 60 * 1000;

/** Adds an event, newest first. What is the same as the newest is not repeated within six hours. */
export function serviceEvent(ecs: Ecs, service: EcsService, text: string): void {
  const now = ecs.cloud.clock.now();
  const message = `(service ${service.name}) ${text}`;
  const newest = service.events[0];
  if (newest?.message === message && now - newest.createdAt < repeatAfterMs) return;
  service.events.unshift({ id: ecs.names.newUuid(), createdAt: now, message });
  service.events.length = Math.min(service.events.length, shownEvents);
}

/** `(task A) (task B)` */
export const listTasks = (tasks: readonly Task[]) => tasks.map(({ id }) => `(task ${id})`).join(' ');

function countByZone(service: EcsService): string {
  const zones = new Map<string, number>();
  for (const { availabilityZone, desiredStatus } of service.tasks)
    if (desiredStatus === 'RUNNING') zones.set(availabilityZone, (zones.get(availabilityZone) ?? 0) + 1);
  return [...zones].map(([zone, count]) => `${count} tasks in ${zone}`).join(', ');
}

export const texts = {
  started: (tasks: readonly Task[], replaced: number) =>
    `has started ${tasks.length} tasks: ${listTasks(tasks)}.` +
    (replaced > 0 ? ` Amazon ECS replaced ${replaced} tasks due to an unhealthy status.` : ''),
  rebalancing: (tasks: readonly Task[]) =>
    `has started ${tasks.length} tasks in ${tasks[0]?.availabilityZone} to AZ Rebalance: ${listTasks(tasks)}.`,
  unbalanced: (service: EcsService) => `is not AZ balanced with ${countByZone(service)}. AZ Rebalancing in progress.`,
  balanced: (service: EcsService) => `is AZ balanced with ${countByZone(service)}.`,
  stopped: (tasks: readonly Task[]) => `has stopped ${tasks.length} running tasks: ${listTasks(tasks)}.`,
  stoppedPending: (count: number) => `stopped ${count} pending tasks.`,
  failedContainerChecks: (task: Task) => `(task ${task.id}) failed container health checks.`,
  unhealthyTarget: (task: Task, target: { arn: string; port: number; reason: string }) =>
    `(task ${task.id}) (port ${target.port}) is unhealthy in (target-group ${target.arn}) due to (reason ${target.reason}).`,
  completed: (id: string) => `(deployment ${id}) deployment completed.`,
  failed: (id: string, reason: string) => `(deployment ${id}) deployment failed: ${reason}.`,
  rollingBack: (id: string) => `rolling back to deployment ${id}.`,
  steady: 'has reached a steady state.',
  notPlaced: (reason: string) => `was unable to place a task. Reason: ${reason}.`,
  throttled: 'operations are being throttled. Will try again later.',
  inconsistent:
    'is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the ' +
    'Amazon ECS Developer Guide.',
  stuck:
    'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
    'Update the minimumHealthyPercent or maximumPercent value and try again.',
} as const;
