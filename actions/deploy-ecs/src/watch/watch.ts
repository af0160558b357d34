import { findEndings } from './endings.ts';
import { type Followed, follow } from './followed.ts';
import { takeLook } from './look.ts';
import { nextPauseMs } from './pace.ts';
import { describeEnding } from './progress-words.ts';
import type { Ended, Ending, Target } from './target.ts';
import { tellProgress } from './tell.ts';
import type { WatchWorld } from './world.ts';

export type { WatchWorld };

/**
 * Follows deployments of one cluster, all in one loop, until each has ended or the deadline has come. A look that fails
 * ends nothing; a refusal of AWS's and whatever the heartbeat throws do.
 */
export async function watchDeployments(targets: readonly Target[], world: WatchWorld): Promise<readonly Ended[]> {
  const { aws, signal, deadline } = world;
  const { clock } = aws;
  const startedAt = clock.elapsed();
  const ended: Ended[] = [];
  let open: readonly Followed[] = targets.map(follow);
  for (let looks = 1; open.length > 0; looks++) {
    await world.heartbeat?.();
    const look = await takeLook(open, world);
    const endings = look === undefined ? nothing : await findEndings(open, look, world);
    const isOver = clock.elapsed() >= deadline;
    for (const one of open) {
      const ending = endings.get(one) ?? (isOver ? { kind: 'timed-out' as const } : undefined);
      if (ending !== undefined) ended.push(tellEnd(one.target, ending, world));
    }
    open = isOver ? [] : open.filter((one) => !endings.has(one));
    const hasFailed = [...endings.values()].some(({ kind }) => kind === 'failed');
    if (open.length === 0 || (hasFailed && world.stopAtFailure === true)) break;
    if (look !== undefined) tellProgress(open, look, world);
    const settling = open.flatMap(({ settlingSince }) => settlingSince ?? []);
    const pause = nextPauseMs(
      { elapsedMs: clock.elapsed() - startedAt, looks, settlingMs: clock.elapsed() - Math.max(...settling) },
      aws.chance,
    );
    await clock.sleep(Math.min(pause, Math.max(1, deadline - clock.elapsed())), signal);
  }
  return ended;
}

const nothing: ReadonlyMap<Followed, Ending> = new Map();

function tellEnd(target: Target, ending: Ending, { aws, log }: WatchWorld): Ended {
  log.info(`${target.name}: ${describeEnding(ending)}`);
  return { target, ending, at: aws.clock.now() };
}
