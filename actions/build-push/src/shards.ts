import type { Service } from '../../../lib/core/manifest/model.ts';
import type { Shard } from './inputs/shard.ts';

/** How long each service took to build when it was last built, in seconds. */
export type BuildTimes = ReadonlyMap<string, number>;

/**
 * The services of one part. Every job decides for itself, by the same rule from the same times: the longest build goes
 * to the part that has the least to do so far. A service that was never timed counts as an average one.
 */
export function servicesOfShard(services: readonly Service[], shard: Shard, times: BuildTimes): readonly Service[] {
  if (shard.kind !== 'part') return services;
  const known = services.flatMap(({ name }) => times.get(name) ?? []);
  const average = known.length === 0 ? 1 : known.reduce((sum, seconds) => sum + seconds, 0) / known.length;
  const load = Array.from({ length: shard.of }, () => 0);
  const part = new Map<string, number>();
  const longestFirst = services
    .map(({ name }) => ({ name, seconds: Math.max(times.get(name) ?? average, shortestSeconds) }))
    .toSorted((one, other) => other.seconds - one.seconds || (one.name < other.name ? -1 : 1));
  for (const { name, seconds } of longestFirst) {
    const least = load.indexOf(Math.min(...load));
    load[least]! += seconds;
    part.set(name, least + 1);
  }
  return services.filter(({ name }) => part.get(name) === shard.number);
}

/** So that many that take no time are spread as well. */
const shortestSeconds = 0.1;
