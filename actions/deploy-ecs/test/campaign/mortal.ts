import { AsyncLocalStorage } from 'node:async_hooks';
import type { Stage } from '../../../../rehearsal/test/stage/stage.ts';

/** At which call a run dies, and whether that call still arrives at AWS. */
export type Death = { readonly atCall: number; readonly arrives: boolean };

/** What a run is in for. */
export type Destiny = {
  readonly death?: Death | undefined;
  /** Told once, when the run is about to change a service for the first time. */
  readonly atFirstChange?: () => void;
  /** Told at this call, e.g. to cancel. */
  readonly interruption?: { readonly atCall: number; come(): void } | undefined;
};

/** Runs may die like a killed process: from one call on they hear and do nothing more. Several may run at a time. */
export type Mortal = {
  run<Result>(work: () => Promise<Result>, destiny: Destiny): Promise<Result | 'killed'>;
  /** What is done by nobody's run, such as by hand. */
  beside<Result>(work: () => Result): Result;
};

type Life = { readonly destiny: Destiny; calls: number; hasChanged: boolean; isOver: boolean; end(): void };

export function mortalRuns({ cloud }: Stage): Mortal {
  const lives = new AsyncLocalStorage<Life>();
  const handle = cloud.handle;
  const never = new Promise<never>(() => {});
  const mortalHandle: typeof handle = async (request) => {
    const life = lives.getStore();
    if (life === undefined) return handle(request);
    if (life.isOver) return never;
    const { death, atFirstChange, interruption } = life.destiny;
    life.calls++;
    if (!life.hasChanged && changesService.test(request.headers['x-amz-target'] ?? '')) {
      life.hasChanged = true;
      atFirstChange?.();
    }
    if (life.calls === interruption?.atCall) interruption.come();
    if (life.calls !== death?.atCall) return handle(request);
    life.isOver = true;
    if (death.arrives) await handle(request);
    life.end();
    return never;
  };
  Object.assign(cloud, { handle: mortalHandle });
  return {
    run: (work, destiny) =>
      new Promise((resolve, reject) => {
        const life: Life = { destiny, calls: 0, hasChanged: false, isOver: false, end: () => resolve('killed') };
        lives.run(life, () => void work().then(resolve, reject));
      }),
    beside: (work) => lives.exit(work),
  };
}

const changesService = /\.(?:Create|Update)Service$/;
