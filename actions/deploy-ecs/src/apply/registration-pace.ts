import type { Clock } from '../../../../lib/core/world.ts';

/** Lets `burst` calls through at once and one more for each `everyMs` after that. */
export type Pace = (signal: AbortSignal) => Promise<void>;

/** ECS allows 20 registrations at once and one a second after that, for the whole account. */
export function registrationPace(clock: Clock): Pace {
  return paceOf(clock, { burst: 20, everyMs: 1_000 });
}

export function paceOf(clock: Clock, { burst, everyMs }: { burst: number; everyMs: number }): Pace {
  const startedAt = clock.elapsed();
  let taken = 0;
  return async (signal) => {
    const freeAt = startedAt + Math.max(0, taken - burst + 1) * everyMs;
    taken++;
    const waitMs = freeAt - clock.elapsed();
    if (waitMs > 0) await clock.sleep(waitMs, signal);
  };
}
