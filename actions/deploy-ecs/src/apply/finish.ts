import { LockLost } from '../../../../lib/aws/ledger/lock-lost.ts';
import type { ReleasePlan } from '../deploy/plan.ts';
import { type Doomed, forgetRevisions } from './forget-revisions.ts';
import { keepImages } from './keep-images.ts';
import { type ApplyWorld, type Progress, targetsOf } from './progress.ts';
import { pruneServices } from './prune.ts';
import { scaleServices } from './scale.ts';
import { isTrouble } from './trouble.ts';

/**
 * What follows a good release that the ledger knows of: scaling, images that must not expire, revisions that a failed
 * first release left, and services that the manifest no longer has. The release stays good whatever becomes of this:
 * what fails is a warning, and a run that wants the lock is given way to.
 */
export async function finishRelease(plan: ReleasePlan, progress: Progress, world: ApplyWorld): Promise<void> {
  try {
    await scaleIfAllowed(plan, world);
    await keepImages(plan.services, world);
    await forgetRevisions(leftRevisions(plan, progress), new Set(), world);
    await pruneServices(plan.removed, world);
  } catch (error) {
    if (!(error instanceof LockLost)) throw error;
    world.log.warn(`The release is good, but not everything was done after it: ${error.message}`);
  }
}

async function scaleIfAllowed({ services }: ReleasePlan, world: ApplyWorld): Promise<void> {
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
function leftRevisions({ services }: ReleasePlan, progress: Progress): readonly Doomed[] {
  const targets = targetsOf(progress);
  return services.flatMap(({ ecsName, before, restoreCount, isOwn }) => {
    const target = targets.find((one) => one.ecsName === ecsName);
    const isLeft = isOwn && restoreCount && before !== undefined && before.taskDefinition !== target?.taskDefinition;
    return isLeft ? [{ service: ecsName, arn: before.taskDefinition }] : [];
  });
}
