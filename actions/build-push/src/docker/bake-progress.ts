import type { Clock } from '../../../../lib/core/world.ts';

/** What the lines of `--progress plain` tell about each target. */
export type BakeProgress = {
  /** A call of docker begins: each numbers its steps anew. */
  begin(): void;
  see(line: string): void;
  /** From the first to the last thing that was said of it; zero for what was never named. */
  of(service: string): { readonly seconds: number; readonly fromCache: boolean };
};

type Vertex = {
  readonly target: string;
  /** The instruction; undefined for what is no step of a Dockerfile. */
  readonly instruction: string | undefined;
  cached: boolean;
  readonly first: number;
  last: number;
};

/**
 * `#7 [web 2/3] RUN npm ci` begins a step of the target web, `#7 DONE 1.2s` or `#7 CACHED` ends it; one that lists
 * layers (`#7 sha256:…`) has found them in a cache. A step that several targets share bears the name of one of them, or is
 * carried out for one and `CACHED` for the next; a target that is alone is not named, and is `only`.
 */
export function watchBake(clock: Pick<Clock, 'elapsed'>, only: string | undefined): BakeProgress {
  const vertices = new Map<string, Vertex>();
  let calls = 0;
  return {
    begin: () => void calls++,
    see(line) {
      const [, number = '', rest = ''] = /^#(\d+) (.*)$/.exec(line) ?? [];
      const key = `${calls} ${number}`;
      const vertex = vertices.get(key) ?? beginning(rest, only, clock.elapsed());
      if (vertex === undefined) return;
      vertices.set(key, vertex);
      vertex.last = clock.elapsed();
      if (rest === 'CACHED' || rest.startsWith('sha256:')) vertex.cached = true;
    },
    of(service) {
      const all = [...vertices.values()];
      const own = all.filter(({ target }) => target === service);
      const steps = own.filter(({ instruction }) => instruction !== undefined);
      const carriedOut = new Set(all.filter(({ cached }) => !cached).map(({ instruction }) => instruction));
      const [first, last] = [own.map((vertex) => vertex.first), own.map((vertex) => vertex.last)];
      return {
        seconds: own.length === 0 ? 0 : (Math.max(...last) - Math.min(...first)) / 1000,
        fromCache: steps.length > 0 && steps.every(({ instruction }) => !carriedOut.has(instruction)),
      };
    },
  };
}

/** `[web 2/3] RUN …`, or `[2/3] RUN …` of the only target. */
function beginning(text: string, only: string | undefined, now: number): Vertex | undefined {
  const [, inside, instruction = ''] = /^\[([^\]]*)\] ?(.*)/.exec(text) ?? [];
  if (inside === undefined) return undefined;
  const target = only ?? /^[a-z][a-z0-9-]*/.exec(inside)?.[0];
  if (target === undefined) return undefined;
  const isStep = /\d+\/\d+$/.test(inside) && !instruction.startsWith('FROM ');
  return { target, instruction: isStep ? instruction : undefined, cached: false, first: now, last: now };
}
