import type { Clock } from '../core/world.ts';

/** Waits until one more call may be made. */
export type Pace = (signal?: AbortSignal) => Promise<void>;

/** A bucket as AWS has it: `burst` calls at once, and one more for each `everyMs`; an idle time fills it up, not over. */
export function paceOf(clock: Clock, { burst, everyMs }: { burst: number; everyMs: number }): Pace {
  let tokens = burst;
  let filledAt = clock.elapsed();
  return async (signal) => {
    const now = clock.elapsed();
    tokens = Math.min(burst, tokens + (now - filledAt) / everyMs) - 1;
    filledAt = now;
    // Below zero it is a queue: who comes later waits longer.
    if (tokens < 0) await clock.sleep(-tokens * everyMs, signal);
  };
}
