import type { ReleaseRecord } from '../../../../lib/core/ledger.ts';
import type { RollbackPlan } from './plan.ts';

export type Told = {
  readonly target: ReleaseRecord;
  readonly from: string | undefined;
  readonly plans: readonly RollbackPlan[];
  /** Services that came after the release. */
  readonly later: readonly string[];
};

/** The plan for the log: from where to where, and what happens to each service. */
export function describeRollback({ target, from, plans, later }: Told): string {
  const commit = target.commit === '' ? 'of an unknown commit' : `(commit ${target.commit})`;
  return [
    `Back from ${from ?? 'an unknown release'} to ${target.id} of ${target.at} ${commit}`,
    ...plans.flatMap(describePlan),
    ...later.map((name) => `  ${name}: came after ${target.id}, and is left running`),
  ].join('\n');
}

function describePlan({ name, released, before, isThere }: RollbackPlan): readonly string[] {
  const what = isThere ? 'runs it already' : `back to ${released.digest.slice(0, 19)}`;
  const count = before.desired === 0 ? ', and stays at a desired count of 0' : '';
  return [`  ${name}: ${what}${count}`];
}
