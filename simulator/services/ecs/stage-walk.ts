import { openHooks } from './pause-hooks.ts';
import { routeOf, stageOf } from './stages.ts';
import type { Step } from './stages.ts';
import type { Ecs, ServiceDeployment, StageProgress } from './state.ts';
import { stopTask } from './task-stop.ts';
import { wakeScheduler } from './wake.ts';

/** Sets a deployment that shifts traffic on its way, from stage to stage. */
export function beginStages(ecs: Ecs, record: ServiceDeployment): void {
  const { service } = record;
  record.stages = {
    route: routeOf(service.configuration, {
      isFirst: service.lastCompleted === undefined,
      reconciles: record.sources.length > 1,
    }),
    at: -1,
    testWeight: 0,
    productionWeight: 0,
    former: service.lastCompleted,
    hooks: [],
  };
  enterNext(ecs, record, record.stages);
}

/** Enough tasks of the new revision are healthy. */
export function noteScaledUp(ecs: Ecs, record: ServiceDeployment): void {
  if (record.stages !== undefined && stageOf(record.stages) === 'SCALE_UP') enterNext(ecs, record, record.stages);
}

/** While it is on its way, the former revision keeps all of its tasks. */
export function keepsSources({ stages, rollback }: ServiceDeployment): boolean {
  return stages !== undefined && rollback === undefined && stageOf(stages) !== 'CLEAN_UP';
}

function enterNext(ecs: Ecs, record: ServiceDeployment, progress: StageProgress): void {
  progress.at += 1;
  const step = progress.route[progress.at]!;
  progress.testWeight = step.testWeight ?? progress.testWeight;
  progress.productionWeight = step.productionWeight ?? progress.productionWeight;
  record.updatedAt = ecs.cloud.clock.now();
  if (step.stage === 'RECONCILE_SERVICE') stopUnfinished(ecs, record);
  if (step.stage === 'SCALE_UP') record.target.launching = true;
  // The scheduler says when these two are over.
  if (step.stage === 'SCALE_UP' || step.stage === 'CLEAN_UP') return wakeScheduler(ecs, record.service);
  if (!openHooks(ecs, record, progress, () => stay(ecs, record, progress, step))) stay(ecs, record, progress, step);
}

function stay(ecs: Ecs, record: ServiceDeployment, progress: StageProgress, { minutes = 0 }: Step): void {
  const { at } = progress;
  const [low, high] = ecs.settings.stage;
  ecs.after(ecs.durations.between(low, high) + minutes * 60, () => {
    if (record.status === 'IN_PROGRESS' && progress.at === at) enterNext(ecs, record, progress);
  });
}

/** Revisions of deployments that were superseded on their way are taken down before another one comes. */
function stopUnfinished(ecs: Ecs, { service, sources, stages, target }: ServiceDeployment): void {
  const reason = `Scaling activity initiated by (deployment ${target.id})`;
  for (const source of sources) {
    if (source === stages?.former) continue;
    source.desiredCount = 0;
    for (const task of service.tasks)
      if (task.owner?.deployment === source) void stopTask(ecs, task, { code: 'ServiceSchedulerInitiated', reason });
  }
}
