import type { ObservedService } from '../../../../lib/aws/ecs-services.ts';
import { readCrashes } from './crashes.ts';
import type { Followed } from './followed.ts';
import type { Look } from './look.ts';
import { patientRead } from './patient-read.ts';
import type { Ending } from './target.ts';
import type { WatchWorld } from './world.ts';

const betweenReadsMs = 10_000;
/** One task may die of bad luck after COMPLETED; its successor should not. */
const crashesAfterCompletion = 2;

/**
 * Tasks that die and are started again for ever, where ECS does not say so: after COMPLETED, without a breaker, or
 * healthy for a moment each time, which resets the breaker's count. The stopped tasks are read only where some died.
 */
export async function findCrashLoops(
  open: readonly Followed[],
  look: Look,
  world: WatchWorld,
): Promise<ReadonlyMap<Followed, Ending>> {
  const now = world.aws.clock.elapsed();
  const doubtful = open.filter(
    ({ hasNewDeaths, shortSince, crashesReadAt }) =>
      (hasNewDeaths || shortSince !== undefined) && now - crashesReadAt >= betweenReadsMs,
  );
  const found = await Promise.all(
    doubtful.map(async (followed) => {
      const service = look.services.get(followed.target.ecsName);
      const ending = service === undefined ? undefined : await readCrashLoop(followed, service, world);
      return ending === undefined ? [] : [[followed, ending] as const];
    }),
  );
  return new Map(found.flat());
}

async function readCrashLoop(
  followed: Followed,
  service: ObservedService,
  world: WatchWorld,
): Promise<Ending | undefined> {
  const crashes = await patientRead((options) => readCrashes(followed.target, world, options), world);
  if (crashes === undefined) return undefined;
  followed.hasNewDeaths = false;
  followed.crashesReadAt = world.aws.clock.elapsed();
  const completedAt = completionOf(service, followed.target.deploymentId);
  const counted = completedAt === undefined ? crashes : crashes.filter(({ stoppedAt = 0 }) => stoppedAt > completedAt);
  if (counted.length < limitOf(service, completedAt)) return undefined;
  const when = completedAt === undefined ? '' : ' after ECS had called it completed';
  return {
    kind: 'failed',
    reason: `${counted.length} of its tasks have ended by themselves${when}`,
    goingBackTo: undefined,
  };
}

/** ECS's own time, so that it can be held against that of tasks. */
function completionOf({ events }: ObservedService, deploymentId: string): number | undefined {
  return events.find(({ message }) => message.includes(`(deployment ${deploymentId}) deployment completed`))?.at;
}

/** A breaker is given twice its threshold: it may have its reasons, and it ends most loops itself. */
function limitOf({ hasCircuitBreaker, rules }: ObservedService, completedAt: number | undefined): number {
  if (completedAt !== undefined) return crashesAfterCompletion;
  return hasCircuitBreaker ? 2 * rules.crashLimit : rules.crashLimit;
}
