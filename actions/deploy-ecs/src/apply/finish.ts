import type { ReleasePlan } from '../deploy/plan.ts';
import type { Target } from '../watch/target.ts';
import type { WatchWorld } from '../watch/watch.ts';
import { type Doomed, forgetRevisions } from './forget-revisions.ts';
import { keepImages } from './keep-images.ts';
import { pruneServices } from './prune.ts';
import { scaleServices } from './scale.ts';
import type { StartWorld } from './start.ts';
import { isTrouble } from './trouble.ts';

/**
 * What follows a good release: scaling, images that must not expire, services that the manifest no longer has, and
 * revisions that a failed first release left. The release stays good whatever becomes of this; what fails is a warning.
 */
export async function finishRelease(
  plan: ReleasePlan,
  targets: readonly Target[],
  world: StartWorld & WatchWorld,
): Promise<void> {
  await scaleIfAllowed(plan, world);
  await keepImages(plan.services, world);
  await forgetRevisions(leftRevisions(plan, targets), new Set(), world);
  await pruneServices(plan.removed, world);
}

async function scaleIfAllowed({ services }: ReleasePlan, world: StartWorld & WatchWorld): Promise<void> {
  try {
    await scaleServices(services, world);
  } catch (error) {
    if (!isTrouble(error, world.signal)) throw error;
    // Where no scaling is asked for there may be some to end, but a role that may not look has made none.
    const isAsked = services.some(({ wanted }) => wanted.service.scaling !== undefined);
    if (isAsked) world.log.warn(`Scaling is not as the manifest says: ${error.message} ${error.remedy}`);
  }
}

/** What services without tasks were left with by a failed first release, where this one has brought another revision. */
function leftRevisions({ services }: ReleasePlan, targets: readonly Target[]): readonly Doomed[] {
  return services.flatMap(({ ecsName, before, restoreCount, isOwn }) => {
    const target = targets.find((one) => one.ecsName === ecsName);
    const isLeft = isOwn && restoreCount && before !== undefined && before.taskDefinition !== target?.taskDefinition;
    return isLeft ? [{ service: ecsName, arn: before.taskDefinition }] : [];
  });
}
