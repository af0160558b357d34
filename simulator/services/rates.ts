import type { Clock } from '../clock.ts';
import type { Operation } from '../operation.ts';

/** A token bucket: what it holds, and what it is given each second. */
export type Bucket = readonly [burst: number, refill: number];

/** Which bucket a call takes from; undefined for a call without a limit. Calls with the same name share it. */
export type BucketOf = (operation: string) => { readonly name: string; readonly bucket: Bucket } | undefined;

type Limits = {
  readonly clock: Clock;
  readonly bucketOf: BucketOf;
  readonly isOn: () => boolean;
  /** What is thrown for a call that finds its bucket empty. */
  readonly refuse: () => Error;
};

/** The same operations, each of which takes a token first. */
export function withRates(
  operations: Readonly<Record<string, Operation>>,
  { clock, bucketOf, isOn, refuse }: Limits,
): Record<string, Operation> {
  const levels = new Map<string, { tokens: number; at: number }>();
  const take = (operation: string) => {
    const found = bucketOf(operation);
    if (found === undefined || !isOn()) return;
    const { name, bucket } = found;
    const [burst, refill] = bucket;
    const now = clock.now();
    const level = levels.get(name) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, level.tokens + ((now - level.at) / 1000) * refill);
    levels.set(name, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    if (tokens < 1) throw refuse();
  };
  return Object.fromEntries(
    Object.entries(operations).map(([name, spec]): [string, Operation] => [
      name,
      {
        ...spec,
        run(input, call) {
          take(name);
          return spec.run(input, call);
        },
      },
    ]),
  );
}
