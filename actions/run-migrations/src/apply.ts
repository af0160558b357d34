import { migrationPath, type Whereabouts } from '../../../lib/core/names.ts';
import { AttemptBook } from './attempt.ts';
import { noRoom } from './capacity.ts';
import { follow, type FollowWorld } from './follow.ts';
import type { MigrationOutcome } from './outcome.ts';
import type { MigrationPlan } from './plan.ts';
import { resolveLost } from './lost.ts';
import { startTask } from './start.ts';

export type ApplyWorld = FollowWorld & { readonly where: Whereabouts };

/** So often a task that was never placed is asked for once more. */
const mostStarts = 3;

/** Runs one migration to its end, with its log as it comes. Throws when it could not be started. */
export async function applyMigration(plan: MigrationPlan, world: ApplyWorld): Promise<MigrationOutcome> {
  const startedAt = world.aws.clock.elapsed();
  const book = await AttemptBook.open(world.aws, migrationPath(world.where, plan));
  let started = await startTask(plan, book, world);
  for (let starts = 1; ; starts++) {
    const outcome = await follow(plan, started, book, world);
    if (outcome === 'lost') {
      started = await resolveLost(plan, started.attempt, book, world);
    } else if (starts < mostStarts && wasNeverPlaced(outcome)) {
      world.step.log.info(`${plan.service}: there was no room for the task; trying again`);
      started = await startTask(plan, book, world);
    } else {
      return { ...outcome, seconds: (world.aws.clock.elapsed() - startedAt) / 1000 };
    }
  }
}

function wasNeverPlaced({ verdict }: MigrationOutcome): boolean {
  return verdict.kind === 'failed' && verdict.exitCode === undefined && noRoom.test(verdict.facts);
}
