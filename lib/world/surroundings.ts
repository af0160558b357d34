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
export function isRehearsal({ variables }: Surroundings): boolean {
  return isLoopback(hostOf(variables['AWS_ENDPOINT_URL'] ?? ''));
}

export function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);
}

/** The host of a URL without its port; undefined when it is not a URL. */
export function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
