import type { Clock } from '../../../../lib/core/world.ts';

/** What the lines of `--progress plain` tell about each target. */
export type BakeProgress = {
  see(line: string): void;
  /** From the first to the last thing that was said of it; zero for what was never named. */
  of(service: string): { readonly seconds: number; readonly fromCache: boolean };
};

/**
 * `#7 [web 2/3] RUN npm ci` begins a step of the target web, `#7 DONE 1.2s` or `#7 CACHED` ends it. A step that
 * several targets share bears the name of one of them; a target that is alone is not named, and is `only`.
 */
export function watchBake(clock: Pick<Clock, 'elapsed'>, only: string | undefined): BakeProgress {
  const targetOf = new Map<string, string>();
  const seen = new Map<string, { first: number; last: number; steps: number; cached: number }>();
  return {
    see(line) {
      const [, number = '', rest = ''] = /^#(\d+) (.*)$/.exec(line) ?? [];
      const { target, step } = readStep(rest, only);
      if (target !== undefined && !targetOf.has(number)) targetOf.set(number, target);
      const name = targetOf.get(number);
      if (name === undefined) return;
      const now = clock.elapsed();
      const known = seen.get(name) ?? { first: now, last: now, steps: 0, cached: 0 };
      const isBuildStep = target !== undefined && /\d+\/\d+$/.test(step) && !/\] FROM /.test(rest);
      seen.set(name, {
        first: known.first,
        last: now,
        steps: known.steps + (isBuildStep ? 1 : 0),
        cached: known.cached + (rest === 'CACHED' ? 1 : 0),
      });
    },
    of(service) {
      const { first, last, steps, cached } = seen.get(service) ?? { first: 0, last: 0, steps: 0, cached: 0 };
      return { seconds: (last - first) / 1000, fromCache: steps > 0 && cached >= steps };
    },
  };
}

/** `[web 2/3] RUN …`, or `[2/3] RUN …` of the only target. */
function readStep(text: string, only: string | undefined): { target: string | undefined; step: string } {
  const inside = /^\[([^\]]*)\]/.exec(text)?.[1];
  if (inside === undefined) return { target: undefined, step: '' };
  if (only !== undefined) return { target: only, step: inside };
  const [, target, step = ''] = /^([a-z][a-z0-9-]*)(?: (.*))?$/.exec(inside) ?? [];
  return { target, step };
}
