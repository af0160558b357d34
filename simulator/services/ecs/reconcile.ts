import { assessTasks, countFleet } from './assessment.ts';
import type { AssessedTask } from './assessment.ts';
import { breakerThreshold } from './breaker.ts';
import { finish } from './completion.ts';
import { serviceEvent, texts } from './events.ts';
import { placeTasks } from './placement.ts';
import { failDeployment } from './rollback.ts';
import { planCapacity } from './scheduler.ts';
import type { CapacityPlan, Fleet, Stops } from './scheduler.ts';
import { currentServiceDeployment } from './service-deployment.ts';
import { drainService } from './service-drain.ts';
import { keepsSources } from './stage-walk.ts';
import type { Deployment, Ecs, EcsService, Task } from './state.ts';
import { stopTask } from './task-stop.ts';

/** One look of the scheduler: assess the tasks, decide, start and stop, and say when it is done. */
export function reconcile(ecs: Ecs, service: EcsService): void {
  if (service.status !== 'ACTIVE') return drainService(ecs, service);
  const [primary, ...previous] = service.deployments;
  if (primary === undefined) return;
  const record = currentServiceDeployment(service);
  const isWaiting = primary.rolloutState === 'IN_PROGRESS' && !primary.launching && record?.stages === undefined;
  const assessed = assessTasks(ecs, service);
  if (isWaiting) return;

  tripBreaker(ecs, service, primary);
  const fleets = { primary: countFleet(assessed, [primary]), previous: countFleet(assessed, previous) };
  const plan = planCapacity(
    {
      ...service.configuration,
      desired: service.desiredCount,
      launching: primary.launching,
      keepsPrevious: record !== undefined && keepsSources(record),
    },
    { ...fleets.primary, desired: service.desiredCount },
    fleets.previous,
  );
  carryOut(ecs, service, { primary, previous, assessed, plan });
  forgetPrevious(service, plan.previousDesired < fleets.previous.desired);
  finish(ecs, service, primary, fleets.primary);
}

type Move = {
  readonly primary: Deployment;
  readonly previous: readonly Deployment[];
  readonly assessed: readonly AssessedTask[];
  readonly plan: CapacityPlan;
};

function carryOut(ecs: Ecs, service: EcsService, { primary, previous, assessed, plan }: Move): void {
  const stopped = [
    ...stopSome(ecs, assessed, [primary], plan.stopPrimary, primary.id),
    ...stopSome(ecs, assessed, previous, plan.stopPrevious, primary.id),
  ];
  sayStopped(ecs, service, stopped);
  const replaced = assessed.filter(({ task, standing }) => standing === 'condemned' && owns(primary, task));
  placeTasks(ecs, service, primary, plan.startPrimary, {
    unhealthy: replaced.filter(({ task }) => task.condemned !== undefined).length,
    rebalanced: replaced.filter(({ task }) => task.leaving?.kind === 'rebalanced').length,
  });
  for (const deployment of previous) {
    const missing = missingTasks(countFleet(assessed, [deployment]));
    placeTasks(ecs, service, deployment, Math.min(missing, plan.startPrevious));
  }
  if (plan.stuck) serviceEvent(ecs, service, texts.stuck);
  if (stopped.length + plan.startPrimary + plan.startPrevious > 0) service.steady = false;
}

const missingTasks = ({ desired, healthy, unproven, ending }: Fleet) => desired - healthy - unproven - ending;
const owns = (deployment: Deployment, task: Task) => task.owner?.deployment === deployment;

function stopSome(
  ecs: Ecs,
  assessed: readonly AssessedTask[],
  deployments: readonly Deployment[],
  stops: Stops,
  cause: string,
): AssessedTask[] {
  const chosen = (['condemned', 'unproven', 'healthy'] as const).flatMap((standing) =>
    assessed
      .filter((one) => one.standing === standing && deployments.includes(one.task.owner!.deployment))
      .slice(0, stops[standing]),
  );
  for (const { task } of chosen) {
    const reason = task.condemned ?? task.leaving?.reason ?? `Scaling activity initiated by (deployment ${cause})`;
    void stopTask(ecs, task, { code: 'ServiceSchedulerInitiated', reason });
  }
  return chosen;
}

function sayStopped(ecs: Ecs, service: EcsService, stopped: readonly AssessedTask[]): void {
  const running = stopped.filter(({ task }) => task.startedAt !== undefined).map(({ task }) => task);
  const pending = stopped.length - running.length;
  if (pending > 0) serviceEvent(ecs, service, texts.stoppedPending(pending));
  if (running.length > 0) serviceEvent(ecs, service, texts.stopped(running));
}

/** Previous deployments keep what still runs of them, and leave the list with their last task. */
function forgetPrevious(service: EcsService, isRolledDown: boolean): void {
  const tasks = [...service.tasks];
  for (const previous of service.deployments.slice(1)) {
    const live = tasks.filter((task) => owns(previous, task) && task.desiredStatus === 'RUNNING').length;
    if (isRolledDown) previous.desiredCount = Math.min(previous.desiredCount, live);
  }
  service.deployments = service.deployments.filter(
    (deployment, at) =>
      at === 0 ||
      deployment.rolloutState === 'FAILED' ||
      deployment.desiredCount > 0 ||
      tasks.some((task) => owns(deployment, task)),
  );
}

/** Judges a moment after the failure that reaches the threshold, as ECS does. */
function tripBreaker(ecs: Ecs, service: EcsService, primary: Deployment): void {
  const breaker = service.configuration.deploymentCircuitBreaker;
  if (!breaker.enable || primary.rolloutState !== 'IN_PROGRESS') return;
  const hasTripped = () =>
    primary.failedTasks >= breakerThreshold(breaker.thresholdConfiguration, service.desiredCount);
  if (!hasTripped()) return;
  const [low, high] = ecs.settings.breakerReaction;
  ecs.after(ecs.durations.between(low, high), () => {
    if (hasTripped()) failDeployment(ecs, service, primary, 'breaker');
  });
}
