import { describeServices, type ObservedService } from '../../../../lib/aws/ecs-services.ts';
import type { ServicePlan } from '../deploy/plan-service.ts';
import type { WatchWorld } from '../watch/watch.ts';
import type { Undone } from './undone.ts';
import { updateOnce } from './update-once.ts';

/** A service that this or an earlier failed release made is kept, without tasks; the next release gives it its count. */
export async function emptyService(plan: ServicePlan, now: ObservedService, world: WatchWorld): Promise<Undone> {
  const why = plan.before === undefined ? 'was created by this release' : 'was never part of a good release';
  const isEmpty = await scaleToNothing(now, world);
  world.log.info(`${plan.name}: ${why}; its desired count is now 0`);
  if (isEmpty) return { plan, target: undefined, isBack: true, why: undefined, at: world.aws.clock.now() };
  return { plan, target: undefined, isBack: false, why: 'its tasks have not ended in time' };
}

/** Sets the count to 0 and waits until the last task is gone; false when that takes too long. */
export async function scaleToNothing(
  service: ObservedService,
  world: Pick<WatchWorld, 'aws' | 'cluster' | 'log' | 'signal' | 'deadline' | 'heartbeat'>,
): Promise<boolean> {
  const { aws, cluster, deadline, signal } = world;
  await updateOnce(service, { cluster, service: service.name, desiredCount: 0 }, world);
  for (;;) {
    await world.heartbeat?.();
    const now = (await describeServices(aws, cluster, [service.name])).get(service.name);
    if (now?.desired === 0 && now.running + now.pending === 0) return true;
    if (aws.clock.elapsed() >= deadline) return false;
    await aws.clock.sleep(1_000, signal);
  }
}
