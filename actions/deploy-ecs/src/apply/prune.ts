import { describeScaling, deregisterScaling } from '../../../../lib/aws/autoscaling.ts';
import { deleteService } from '../../../../lib/aws/ecs-service-removal.ts';
import type { ObservedService } from '../../../../lib/aws/ecs-services.ts';
import type { WatchWorld } from '../watch/watch.ts';
import { scaleToNothing } from './empty.ts';
import { isTrouble } from './trouble.ts';

/** How long the tasks of services that are deleted may take to drain and stop. */
const emptyWithinMs = 10 * 60_000;

/**
 * Scales services to nothing and deletes them, side by side. One that cannot be deleted is named; it is found again by
 * the next release that prunes.
 */
export async function pruneServices(services: readonly ObservedService[], world: WatchWorld): Promise<void> {
  const deadline = world.aws.clock.elapsed() + emptyWithinMs;
  await Promise.all(
    services.map(async (service) => {
      try {
        await prune(service, { ...world, deadline });
      } catch (error) {
        if (!isTrouble(error, world.signal)) throw error;
        world.log.warn(`${service.name} was not deleted: ${error.message} ${error.remedy}`);
      }
    }),
  );
}

async function prune(service: ObservedService, world: WatchWorld): Promise<void> {
  const { aws, cluster, log } = world;
  const { name } = service;
  log.info(`${name}: not in the manifest any more; its desired count becomes 0`);
  await endScaling(name, world);
  if (await scaleToNothing(service, world)) {
    await deleteService(aws, cluster, name);
    log.info(`${name}: deleted`);
  } else {
    log.warn(`${name} was not deleted: its tasks have not ended in time. The next release with \`prune\` tries again.`);
  }
}

/** The autoscaler would give it tasks again. */
async function endScaling(service: string, { aws, cluster, signal }: WatchWorld): Promise<void> {
  try {
    const scaled = await describeScaling(aws, cluster, [service]);
    if (scaled.has(service)) await deregisterScaling(aws, { cluster, service });
  } catch (error) {
    // A role without rights to scaling has made none: what is scaled by others shows when the tasks do not end.
    if (!isTrouble(error, signal)) throw error;
  }
}
