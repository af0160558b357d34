import { describeServices, type ObservedService, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { Log } from '../../../../lib/core/world.ts';
import { type Candidate, confirmCompletion } from './confirm.ts';
import { judgeReading, type Reading } from './judge.ts';
import { describeEnding, describeProgress } from './progress-words.ts';
import type { Ended, Ending, Target } from './target.ts';

export type WatchWorld = {
  readonly aws: Aws;
  readonly cluster: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** On the clock's `elapsed`. */
  readonly deadline: number;
  /** Do not wait for the others once one has failed: they will be taken back anyway. */
  readonly stopAtFailure?: boolean;
};

const firstPauseMs = 500;
const pauseNearEndMs = 1_000;
/** A read may lag behind a write for so long; after that, an absent deployment is a deployment that is gone. */
const absentForMs = 15_000;
const goneAfterMs = 4_000;
const missingForMs = 60_000;

/** A target and what was seen of it so far. */
type Followed = { target: Target; line: string; absentSince: number | undefined; wasListed: boolean };

type Services = ReadonlyMap<string, ObservedService>;

/** Follows deployments of one cluster, all in one loop, until each has ended or the deadline has come. */
export async function watchDeployments(targets: readonly Target[], world: WatchWorld): Promise<readonly Ended[]> {
  const { aws, cluster, log, signal, deadline } = world;
  const { clock } = aws;
  const startedAt = clock.elapsed();
  const ended: Ended[] = [];
  let open: readonly Followed[] = targets.map((target) => ({
    target,
    line: '',
    absentSince: undefined,
    wasListed: false,
  }));
  let pauseMs = firstPauseMs;
  while (open.length > 0) {
    const services = await describeServices(
      aws,
      cluster,
      open.map(({ target }) => target.ecsName),
    );
    const endings = await readEndings(open, services, world);
    const isOver = clock.elapsed() >= deadline;
    for (const one of open) {
      const ending = endings.get(one) ?? (isOver ? { kind: 'timed-out' as const } : undefined);
      if (ending === undefined) continue;
      ended.push({ target: one.target, ending, at: clock.now() });
      log.info(`${one.target.name}: ${describeEnding(ending)}`);
    }
    open = isOver ? [] : open.filter((one) => !endings.has(one));
    const hasFailed = [...endings.values()].some(({ kind }) => kind === 'failed');
    if (open.length === 0 || (hasFailed && world.stopAtFailure === true)) break;
    const isNearEnd = tellProgress(open, services, log);
    const longest = longestPauseMs(clock.elapsed() - startedAt);
    pauseMs = isNearEnd ? pauseNearEndMs : Math.min(longest, pauseMs * 1.4);
    await clock.sleep(Math.min(pauseMs, Math.max(1, deadline - clock.elapsed())), signal);
  }
  return ended;
}

/** The longer a rollout takes, the less a second counts: 2 s for the first half-minute, 4 s after a minute. */
function longestPauseMs(elapsedMs: number): number {
  return Math.min(4_000, Math.max(2_000, elapsedMs / 15));
}

/** What this read ends. What looks complete is believed only when a second read of another kind agrees. */
async function readEndings(
  open: readonly Followed[],
  services: Services,
  world: WatchWorld,
): Promise<ReadonlyMap<Followed, Ending>> {
  const endings = new Map<Followed, Ending>();
  const candidates: Candidate[] = [];
  for (const one of open) {
    const service = services.get(one.target.ecsName);
    const reading: Reading = service === undefined ? { kind: 'not-listed' } : judgeReading(one.target, service);
    const ending = takeReading(one, reading, service, world);
    if (ending !== undefined) endings.set(one, ending);
    if (reading.kind === 'looks-complete' && service !== undefined) candidates.push({ target: one.target, service });
  }
  const confirmed = new Set((await confirmCompletion(candidates, world)).map(({ target }) => target));
  for (const one of open) if (confirmed.has(one.target)) endings.set(one, { kind: 'completed' });
  return endings;
}

/** Remembers what one read says, and answers with the ending when it is one. */
function takeReading(
  followed: Followed,
  reading: Reading,
  service: ObservedService | undefined,
  { aws: { clock }, log }: WatchWorld,
): Ending | undefined {
  if (reading.kind === 'not-listed') return endAbsent(followed, service, clock.elapsed());
  followed.absentSince = undefined;
  if (reading.kind === 'ended') return reading.ending;
  if (reading.kind !== 'follow') {
    followed.wasListed = true;
    return undefined;
  }
  const { deploymentId } = reading;
  log.info(`${followed.target.name}: someone else deployed the same revision; following ${deploymentId}`);
  followed.target = { ...followed.target, deploymentId, serviceDeployment: undefined };
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

/** Says what has changed since the last read, and whether one has just come to where only draining is left. */
function tellProgress(open: readonly Followed[], services: Services, log: Log): boolean {
  let isNearEnd = false;
  for (const followed of open) {
    const service = services.get(followed.target.ecsName);
    const line = service === undefined ? followed.line : describeProgress(followed.target, service);
    if (line === followed.line) continue;
    followed.line = line;
    isNearEnd ||= service !== undefined && hasAllTasks(followed.target, service);
    log.info(`${followed.target.name}: ${line}`);
  }
  return isNearEnd;
}

function hasAllTasks({ deploymentId }: Target, { deployments, desired }: ObservedService): boolean {
  return deployments.some(({ id, running }) => id === deploymentId && running >= desired);
}
