import type { SimulatedAws, ServiceTruth } from './simulated-aws.ts';

/** Looks at what the embedded AWS runs, a few times a second, until stopped. What it shows never feeds the verdict. */
export function watchServices(
  aws: SimulatedAws,
  see: (services: readonly ServiceTruth[]) => void,
): { stop(): Promise<void> } {
  let stopped = false;
  const looking = (async () => {
    while (!stopped) {
      see(await aws.truth().catch(() => []));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await looking;
    },
  };
}
