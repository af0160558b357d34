import type { Chance } from '../../../../lib/core/world.ts';

export type Pace = {
  /** Since the watch began. */
  readonly elapsedMs: number;
  /** Looks taken so far. */
  readonly looks: number;
  /** How long the newest rollout that only waits for its old tasks' end has done so; infinite when there is none. */
  readonly settlingMs: number;
};

const firstPauseMs = 500;
const settlingPauseMs = 2_000;
/** Taking a network interface away takes about half a minute; what takes longer is a drain of minutes. */
const settlesWithinMs = 45_000;

/**
 * How long until the next look: half a second at first, when a refusal would show, growing to 2 s, and to 4 s after a
 * minute (the longer a rollout takes, the less a second counts); shorter where the end is near. Chance keeps several
 * runs from looking in step.
 */
export function nextPauseMs({ elapsedMs, looks, settlingMs }: Pace, chance: Chance): number {
  const longest = Math.min(4_000, Math.max(2_000, elapsedMs / 15));
  const grown = Math.min(longest, firstPauseMs * 1.6 ** Math.max(0, looks - 1));
  const pause = settlingMs <= settlesWithinMs ? Math.min(grown, settlingPauseMs) : grown;
  return pause * (0.85 + 0.3 * chance());
}
