import http from 'node:http';
import type { Network } from './network.ts';

export type Probe = { address: string; port: number; path: string; timeoutMs: number };

/** What a load balancer's health check sees of an address: the status code, or undefined when nothing answers. */
export function probe(network: Network, { address, port, path, timeoutMs }: Probe): Promise<number | undefined> {
  const endpoint = network.reach(address, port);
  if (endpoint === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const headers = { host: `${address}:${port}`, 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' };
    const request = http.get({ ...endpoint, path, headers, agent: false, signal: AbortSignal.timeout(timeoutMs) });
    request.once('response', (response) => {
      resolve(response.statusCode);
      response.destroy();
    });
    request.on('error', () => resolve(undefined));
  });
}
