import type { RequestHandler } from '../aws/session.ts';
import type { Chance, Clock } from '../core/world.ts';
import type { Variables } from '../github/inputs.ts';
import { systemChance, systemClock } from './system.ts';

/** What an action stands in besides its step: time, chance, environment variables and the way to AWS. */
export type Surroundings = {
  readonly variables: Variables;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Absent: over the network, to AWS or to what AWS_ENDPOINT_URL says. */
  readonly requestHandler?: RequestHandler;
};

export const realSurroundings: Surroundings = { variables: process.env, clock: systemClock, chance: systemChance };

/** Whether AWS is a stand-in on this very machine: only then may things be left out that production must have. */
export function isRehearsal(surroundings: Surroundings): boolean {
  return rehearsalHost(surroundings) !== undefined;
}

/** `host:port` of the stand-in for AWS on this machine; undefined when AWS is AWS. */
export function rehearsalHost({ variables }: Surroundings): string | undefined {
  const endpoint = variables['AWS_ENDPOINT_URL'] ?? '';
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  return url !== undefined && isLoopback(url.hostname) ? url.host : undefined;
}

/** Whether a host, without its port, is this machine itself. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);
}
