import { completeDeployment } from './deployment.ts';
import { serviceEvent, texts } from './events.ts';
import type { Fleet } from './scheduler.ts';
import { currentServiceDeployment } from './service-deployment.ts';
import { noteScaledUp } from './stage-walk.ts';
import { stageOf } from './stages.ts';
import type { Deployment, Ecs, EcsService, ServiceDeployment } from './state.ts';
import { wakeScheduler } from './wake.ts';

/** Completes the PRIMARY once all is true that its service asks for, and says when the service is steady. */
export function finish(ecs: Ecs, service: EcsService, primary: Deployment, fleet: Fleet): void {
  const standing = standingOf(service, primary, fleet);
  if (primary.rolloutState === 'IN_PROGRESS') {
    if (!mayComplete(ecs, service, standing)) return;
    completeDeployment(ecs, service, primary);
    service.steady = false;
  }
  if (!standing.isWhole || !standing.isAlone || service.steady) return;
  service.steady = true;
  serviceEvent(ecs, service, texts.steady);
}

type FleetStanding = {
  /** As many tasks as desired, all of them healthy, and none on its way out. */
  readonly isWhole: boolean;
  /** No task of another revision is left. */
  readonly isAlone: boolean;
  /** Percent of the desired count; 100 when nothing is desired, 0 while nothing may start. */
  readonly healthyPercent: number;
};

function standingOf(service: EcsService, primary: Deployment, fleet: Fleet): FleetStanding {
  const { desiredCount } = service;
  const live = fleet.healthy + fleet.unproven + fleet.condemned;
  return {
    isWhole: primary.launching && fleet.healthy === desiredCount && live === desiredCount,
    isAlone: [...service.tasks].every(({ owner }) => owner?.deployment === primary),
    healthyPercent: !primary.launching ? 0 : desiredCount === 0 ? 100 : (fleet.healthy / desiredCount) * 100,
  };
}

function mayComplete(ecs: Ecs, service: EcsService, { isWhole, isAlone, healthyPercent }: FleetStanding): boolean {
  const record = currentServiceDeployment(service);
  if (record === undefined || record.rollback !== undefined) return isWhole && isAlone;
  if (record.stages !== undefined) {
    if (isWhole) noteScaledUp(ecs, record);
    return stageOf(record.stages) === 'CLEAN_UP' && isWhole && isAlone;
  }
  const early = service.configuration.earlySuccessCriteria;
  if (early?.enable !== true) return isWhole && isAlone && hasBaked(ecs, record);
  // The percentage rounds up: half of three tasks is two.
  const isReady = healthyPercent >= (early.healthyPercent ?? 100) && hasBaked(ecs, record);
  return isReady && (early.sourceServiceRevisionCleanup === 'DEFERRED' || isAlone);
}

/** The first time it is asked, the bake time begins. */
function hasBaked(ecs: Ecs, record: ServiceDeployment): boolean {
  if (record.bake === 'due') {
    record.bake = 'running';
    ecs.after(ecs.settings.alarmBakeSeconds, () => {
      record.bake = 'over';
      wakeScheduler(ecs, record.service);
    });
  }
  return record.bake === 'over';
}
