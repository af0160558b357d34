import { type Finding, Findings } from '../../../../lib/core/errors.ts';
import type { Log } from '../../../../lib/core/world.ts';

/** What stands in the way of a rollback. */
export type Obstacles = {
  /** Cannot be brought back by anybody. */
  readonly gone: readonly Finding[];
  /** Can be overridden by whoever takes it on. */
  readonly forcible: readonly Finding[];
};

/**
 * Throws Findings with everything that stands in the way. With `force` what can be overridden is a warning; answers
 * with its sentences, since an override leaves a trace in the ledger.
 */
export function refuseObstacles(
  { gone, forcible }: Obstacles,
  { force, log }: { force: boolean; log: Log },
): readonly string[] {
  const [first, ...others] = force ? gone : [...gone, ...forcible];
  if (first !== undefined) throw new Findings([first, ...others], 'The rollback cannot begin');
  const overridden = forcible.map(({ place, message }) => `${place ?? ''}: ${message}`);
  for (const sentence of overridden) log.warn(`${sentence} Going on, as \`force\` says.`);
  return overridden;
}
