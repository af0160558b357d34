import { serviceEvent, texts } from './events.ts';
import { backOff } from './placement.ts';
import type { Ecs, Task } from './state.ts';
import { wakeScheduler } from './wake.ts';

/** Keeps the scheduler informed of what happens to the tasks of services, and counts the failed ones. */
export function watchServiceTasks(ecs: Ecs): void {
  const seenRunning = new WeakSet<Task>();
  let listensToTargets = false;
  ecs.onTaskChange.push((task) => {
    if (task.owner === undefined) return;
    if (!listensToTargets && task.owner.deployment.target.loadBalancers.length > 0) {
      listensToTargets = true;
      ecs.cloud.elb.onChange(() => wakeServicesBehindLoadBalancers(ecs));
    }
    if (task.status === 'RUNNING' && !seenRunning.has(task)) {
      seenRunning.add(task);
      noteRunning(ecs, task);
    }
    if (task.status === 'STOPPED') noteStopped(ecs, task);
    wakeScheduler(ecs, task.owner.service);
  });
}

function wakeServicesBehindLoadBalancers(ecs: Ecs): void {
  for (const { services } of ecs.clusters.values())
    for (const service of services.values()) if (service.target.loadBalancers.length > 0) wakeScheduler(ecs, service);
}

function noteRunning(ecs: Ecs, task: Task): void {
  const { service, deployment } = task.owner!;
  deployment.startFailures = 0;
  const later = (seconds: number, change: () => void) =>
    ecs.after(seconds, () => {
      change();
      wakeScheduler(ecs, service);
    });
  later(ecs.settings.unprovenHealthySeconds, () => (task.matured = true));
  const grace = service.options.healthCheckGracePeriodSeconds;
  if (grace === 0) return;
  task.inGrace = true;
  later(grace, () => (task.inGrace = false));
}

/** Ended by itself: a failure of its deployment, and a reason to wait if it never ran. */
function noteStopped(ecs: Ecs, task: Task): void {
  const { service, deployment } = task.owner!;
  service.tasks.delete(task);
  const isLastMoved =
    task.leaving?.kind === 'rebalanced' && ![...service.tasks].some(({ leaving }) => leaving?.kind === 'rebalanced');
  if (isLastMoved) serviceEvent(ecs, service, texts.balanced(service));
  if (task.stopCode !== 'TaskFailedToStart' && task.stopCode !== 'EssentialContainerExited') return;
  if (deployment.rolloutState === 'IN_PROGRESS') deployment.failedTasks += 1;
  if (task.startedAt !== undefined) return;
  deployment.startFailures += 1;
  backOff(ecs, service, deployment);
}
