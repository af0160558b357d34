import type { Clock } from '../../../../lib/core/world.ts';

/** Waits until one more call may be made. */
export type Pace = (signal: AbortSignal) => Promise<void>;

/** ECS allows 20 registrations at once and one a second after that, for the whole account. */
export function registrationPace(clock: Clock): Pace {
  return paceOf(clock, { burst: 20, everyMs: 1_000 });
}

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
