import type { SimulatedAws, ServiceTruth } from './simulated-aws.ts';

/** Looks at what the embedded AWS runs, a few times a second, until stopped. What it shows never feeds the verdict. */
export function watchServices(
  aws: SimulatedAws,
  see: (services: readonly ServiceTruth[]) => void,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      see(await aws.truth().catch(() => []));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}
