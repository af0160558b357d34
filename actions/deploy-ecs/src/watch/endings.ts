import { type ObservedService, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import { type Candidate, confirmCompletion } from './confirm.ts';
import { findCrashLoops } from './crash-loop.ts';
import { type Followed, noteCounts } from './followed.ts';
import { judgeReading, type Reading } from './judge.ts';
import { judgeWithRecord } from './judge-record.ts';
import type { Look } from './look.ts';
import type { Ending } from './target.ts';
import type { WatchWorld } from './world.ts';

/** A read may lag behind a write for so long; after that, an absent deployment is a deployment that is gone. */
const absentForMs = 15_000;
const goneAfterMs = 4_000;
const missingForMs = 60_000;
/** How long tasks that are wanted by now, but were not when ECS said COMPLETED, are waited for. */
const shortForMs = 30_000;
/** Where tasks have died on the way, success has to last: healthy for a moment is not healthy. */
const provenForMs = 20_000;

/** What this look ends. What looks complete is believed only when a second read of another kind agrees. */
export async function findEndings(
  open: readonly Followed[],
  look: Look,
  world: WatchWorld,
): Promise<ReadonlyMap<Followed, Ending>> {
  const endings = new Map<Followed, Ending>();
  const candidates = new Map<Candidate['target'], { followed: Followed; candidate: Candidate }>();
  for (const followed of open) {
    const { target } = followed;
    const service = look.services.get(target.ecsName);
    const reading = readingOf(followed, service, look);
    const ending = takeReading(followed, reading, service, world);
    const needed = neededOf(followed, reading, world.aws.clock.elapsed());
    if (ending !== undefined) endings.set(followed, ending);
    else if (service !== undefined && needed !== undefined)
      candidates.set(target, { followed, candidate: { target, service, needed } });
  }
  const undecided = open.filter((one) => !endings.has(one) && !candidates.has(one.target));
  for (const [one, ending] of await findCrashLoops(undecided, look, world)) endings.set(one, ending);
  for (const { target } of await confirmCompletion(
    [...candidates.values()].map(({ candidate }) => candidate),
    world,
  )) {
    const confirmed = candidates.get(target)?.followed;
    if (confirmed !== undefined) endings.set(confirmed, { kind: 'completed' });
  }
  return endings;
}

function readingOf({ target }: Followed, service: ObservedService | undefined, { records }: Look): Reading {
  const reading: Reading = service === undefined ? { kind: 'not-listed' } : judgeReading(target, service);
  return judgeWithRecord(reading, records.get(target.serviceDeployment ?? ''), { target, service });
}

/** Remembers what one look says of a target, and answers with the ending when it is one. */
function takeReading(
  followed: Followed,
  reading: Reading,
  service: ObservedService | undefined,
  { aws: { clock }, log }: WatchWorld,
): Ending | undefined {
  if (service !== undefined) noteCounts(followed, service, clock.elapsed());
  followed.completeSince = reading.kind === 'looks-complete' ? (followed.completeSince ?? clock.elapsed()) : undefined;
  if (reading.kind === 'not-listed') return endAbsent(followed, service, clock.elapsed());
  followed.absentSince = undefined;
  if (reading.kind === 'ended') return reading.ending;
  followed.shortSince = reading.kind === 'short' ? (followed.shortSince ?? clock.elapsed()) : undefined;
  followed.hasDeaths ||= reading.kind === 'short' && reading.running < (followed.firstDesired ?? 0);
  followed.wasListed ||= reading.kind !== 'follow';
  if (reading.kind === 'follow') {
    const { deploymentId } = reading;
    log.info(`${followed.target.name}: someone else deployed the same revision; following ${deploymentId}`);
    followed.target = { ...followed.target, deploymentId, serviceDeployment: service?.serviceDeployment };
  }
  return undefined;
}

function endAbsent(followed: Followed, service: ObservedService | undefined, now: number): Ending | undefined {
  followed.absentSince ??= now;
  const absentMs = now - followed.absentSince;
  if (service === undefined) {
    if (absentMs < missingForMs) return undefined;
    return { kind: 'failed', reason: 'ECS does not know the service any more', goingBackTo: undefined };
  }
  // Seen before and gone now is a rollback that has ended, unless these reads came from the past.
  if (absentMs < (followed.wasListed ? goneAfterMs : absentForMs)) return undefined;
  return { kind: 'failed', reason: 'ECS has gone back to an earlier deployment', goingBackTo: primaryOf(service)?.id };
}

/** With how many tasks it may be complete now; those that the autoscaler has asked for since may still be starting. */
function neededOf(followed: Followed, reading: Reading, now: number): number | undefined {
  const { firstDesired = 0, shortSince = now, completeSince = now, hasDeaths } = followed;
  if (reading.kind === 'looks-complete')
    return hasDeaths && now - completeSince < provenForMs ? undefined : reading.needed;
  if (reading.kind !== 'short' || now - shortSince < shortForMs) return undefined;
  return firstDesired > 0 && reading.running >= firstDesired ? firstDesired : undefined;
}
