import type { Ecs, Task, TaskContainer } from './state.ts';
import { hasHealthCheck, taskChanged } from './task.ts';

/**
 * Runs the container's health check every `interval`, first after one interval. One success makes it HEALTHY,
 * `retries` failures in a row UNHEALTHY; failures within `startPeriod` do not count.
 */
export function watchContainerHealth(ecs: Ecs, task: Task, container: TaskContainer): void {
  const check = container.definition.healthCheck;
  if (check === undefined || !hasHealthCheck(container.definition)) return;
  let failures = 0;
  let isForgiving = check.startPeriod !== undefined && check.startPeriod > 0;
  if (isForgiving) ecs.after(check.startPeriod!, () => (isForgiving = false));

  const runCheck = async () => {
    if (isOver(task, container)) return;
    const isForgiven = isForgiving;
    const isHealthy = await task.running!.checkHealth(container.definition.name).catch(() => false);
    if (isOver(task, container)) return;
    failures = isHealthy ? 0 : isForgiven ? failures : failures + 1;
    if (isHealthy) setHealth(ecs, task, container, 'HEALTHY');
    else if (failures >= check.retries) setHealth(ecs, task, container, 'UNHEALTHY');
    next();
  };
  const next = () => ecs.after(check.interval, () => void runCheck());
  next();
}

function isOver(task: Task, container: TaskContainer): boolean {
  return task.running === undefined || task.desiredStatus === 'STOPPED' || container.status === 'STOPPED';
}

function setHealth(ecs: Ecs, task: Task, container: TaskContainer, health: 'HEALTHY' | 'UNHEALTHY'): void {
  if (container.health === health) return;
  container.health = health;
  taskChanged(ecs, task);
}
