import type { PhaseReport } from '../../../../lib/core/release.ts';
import type { Clock } from '../../../../lib/core/world.ts';

/** A part of the work; milliseconds since the epoch. `endedAt` is undefined while it goes on. */
export type Phase = { readonly name: string; readonly startedAt: number; readonly endedAt: number | undefined };

export type Phases = {
  /** Those begun so far, in order. */
  readonly all: readonly Phase[];
  /** Does the work, and notes how long it took, also when it fails. */
  during<T>(name: string, work: () => Promise<T>): Promise<T>;
};

/** Notes what took how long, for the report. */
export function openPhases({ now }: Pick<Clock, 'now'>): Phases {
  const all: Phase[] = [];
  return {
    all,
    async during(name, work) {
      const startedAt = now();
      const at = all.push({ name, startedAt, endedAt: undefined }) - 1;
      try {
        return await work();
      } finally {
        all[at] = { name, startedAt, endedAt: now() };
      }
    },
  };
}

/** In seconds after the release began. A phase that goes on ends with the last thing that is known. */
export function phaseReports(phases: readonly Phase[], origin: number): readonly PhaseReport[] {
  const last = Math.max(origin, ...phases.map(({ startedAt, endedAt }) => endedAt ?? startedAt));
  return phases.map(({ name, startedAt, endedAt }) => ({
    name,
    beganAfter: Math.max(0, startedAt - origin) / 1000,
    seconds: Math.max(0, (endedAt ?? last) - startedAt) / 1000,
  }));
}
