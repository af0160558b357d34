/**
 * Time as the simulator knows it. `now` is what timestamps, token expiry and credentials use; `after` is how long
 * things take. A virtual clock moves only when told to; a scaled clock is the wall clock with shorter waits.
 */
export type Clock = {
  /** Whether `now` is the time of the world outside. */
  readonly kind: 'wall' | 'virtual';
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `work` after `delayMs` of simulated time. */
  after(delayMs: number, work: () => void): Timer;
};

export type Timer = { cancel(): void };

export type VirtualClock = Clock & {
  readonly kind: 'virtual';
  /** Runs everything due in the next `ms`, in order of time, then of registration; lets promises settle between. */
  advance(ms: number): Promise<void>;
  /** Time of the next timer, or undefined when nothing waits. */
  nextAt(): number | undefined;
  /**
   * Resolves after `ms` of virtual time, or rejects with the signal's reason. The clock moves by itself once everybody
   * who runs is asleep or idle; a sleeper that was woken by its signal does not move it any more.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/**
 * Lets `ms` of simulated time pass. A sleeper moves a virtual clock by itself; a timer alone would wait for somebody
 * else to move it, who may be waiting for this very call.
 */
export async function pass(ms: number, clock: Clock | VirtualClock): Promise<void> {
  if ('sleep' in clock) await clock.sleep(ms);
  else await new Promise<void>((resolve) => clock.after(ms, resolve));
}

/** The wall clock, with every delay divided by `speed`. */
export function scaledClock(speed: number): Clock {
  return {
    kind: 'wall',
    now: () => Date.now(),
    after(delayMs, work) {
      const handle = setTimeout(work, delayMs / speed);
      return { cancel: () => clearTimeout(handle) };
    },
  };
}

type Waiting = { at: number; order: number; work: () => void };

/** A clock for tests: starts at `startMs` and moves only through `advance`, or through `sleep` when all is idle. */
export function virtualClock(startMs = Date.UTC(2026, 0, 1)): VirtualClock {
  const waiting: Waiting[] = [];
  let time = startMs;
  let order = 0;
  let sleepers = 0;
  let pumping = false;

  const take = (until: number): Waiting | undefined => {
    const next = waiting[0];
    return next !== undefined && next.at <= until ? waiting.shift() : undefined;
  };
  const insert = (entry: Waiting) => {
    let at = waiting.length;
    while (at > 0 && waiting[at - 1]!.at > entry.at) at--;
    waiting.splice(at, 0, entry);
  };
  const runNext = async (until: number): Promise<boolean> => {
    const next = take(until);
    if (next === undefined) return false;
    time = Math.max(time, next.at);
    next.work();
    await settle();
    return true;
  };

  const after: Clock['after'] = (delayMs, work) => {
    const entry = { at: time + Math.max(0, delayMs), order: order++, work };
    insert(entry);
    return {
      cancel() {
        const at = waiting.indexOf(entry);
        if (at >= 0) waiting.splice(at, 1);
      },
    };
  };

  const isAwaited = () => sleepers > 0;
  const pump = async () => {
    if (pumping) return;
    pumping = true;
    await settle();
    while (isAwaited() && (await runNext(Infinity)));
    pumping = false;
  };

  return {
    kind: 'virtual',
    now: () => time,
    after,
    nextAt: () => waiting[0]?.at,
    async advance(ms) {
      const until = time + ms;
      while (await runNext(until));
      time = until;
    },
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        const end = (settled: () => void) => {
          sleepers--;
          timer.cancel();
          signal?.removeEventListener('abort', wake);
          settled();
        };
        const wake = () => end(() => reject(signal?.reason));
        if (signal?.aborted === true) return reject(signal.reason);
        sleepers++;
        const timer = after(ms, () => end(resolve));
        signal?.addEventListener('abort', wake);
        void pump();
      });
    },
  };
}

/** Lets promise chains and in-process calls run until nothing is ready any more. */
async function settle(): Promise<void> {
  for (let round = 0; round < 6; round++) await new Promise<void>((resolve) => setImmediate(resolve));
}
