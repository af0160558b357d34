import { applyMigration, type ApplyWorld } from './apply.ts';
import type { MigrationOutcome } from './outcome.ts';
import type { MigrationPlan } from './plan.ts';
import { failureOf, isGood } from './report.ts';

/**
 * One after the other unless told; the next one does not wait for the last log lines of one that went well. `report`
 * is called once, whatever happens, with as much as is known.
 */
export async function applyAll(
  plans: readonly MigrationPlan[],
  { world, parallel }: { world: ApplyWorld; parallel: boolean },
  report: (outcomes: readonly MigrationOutcome[]) => void,
): Promise<void> {
  const outcomes: MigrationOutcome[] = [];
  const apply = async (plan: MigrationPlan) => {
    const outcome = await applyMigration(plan, world);
    outcomes.push(outcome);
    if (isGood(outcome.verdict)) return;
    await outcome.tail;
    throw failureOf(outcome);
  };
  try {
    if (parallel) await allToTheirEnd(plans.map(apply));
    else for (const plan of plans) await apply(plan);
  } finally {
    await Promise.all(outcomes.map(({ tail }) => tail));
    report(outcomes);
  }
}

/** What runs is not left alone because another one has failed. */
async function allToTheirEnd(works: readonly Promise<void>[]): Promise<void> {
  const ended = await Promise.allSettled(works);
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
