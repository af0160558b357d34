import { AsyncLocalStorage } from 'node:async_hooks';
import type { Stage } from '../../../../rehearsal/test/stage/stage.ts';

/** At which call a run dies, and whether that call still arrives at AWS. */
export type Death = { readonly atCall: number; readonly arrives: boolean };

/** Runs work that may die like a killed process: from one call on it hears and does nothing more. */
export type Mortal = <Result>(work: () => Promise<Result>, death: Death | undefined) => Promise<Result | 'killed'>;

type Life = { readonly death: Death | undefined; calls: number; isOver: boolean; end(): void };

export function mortalRuns({ cloud }: Stage): Mortal {
  const lives = new AsyncLocalStorage<Life>();
  const handle = cloud.handle;
  const never = new Promise<never>(() => {});
  const mortalHandle: typeof handle = async (request) => {
    const life = lives.getStore();
    if (life === undefined) return handle(request);
    if (life.isOver) return never;
    life.calls++;
    if (life.calls !== life.death?.atCall) return handle(request);
    life.isOver = true;
    if (life.death.arrives) await handle(request);
    life.end();
    return never;
  };
  Object.assign(cloud, { handle: mortalHandle });
  return (work, death) =>
    new Promise((resolve, reject) => {
      const life: Life = { death, calls: 0, isOver: false, end: () => resolve('killed') };
      lives.run(life, () => void work().then(resolve, reject));
    });
}
