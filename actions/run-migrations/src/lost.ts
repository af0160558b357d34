import { listTasks } from '../../../lib/aws/ecs-tasks.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { MigrationAttempt } from '../../../lib/core/ledger.ts';
import type { AttemptBook } from './attempt.ts';
import { launch, startedByOf } from './launch.ts';
import { several } from './not-started.ts';
import type { MigrationPlan } from './plan.ts';
import type { Started, StartWorld } from './started.ts';

/** Nobody can say how it ended: a person decides, never this action. */
export async function resolveLost(
  plan: MigrationPlan,
  attempt: MigrationAttempt,
  book: AttemptBook,
  world: StartWorld,
): Promise<Started> {
  switch (world.onLostTask) {
    case 'fail':
      throw lost(plan, attempt);
    case 'applied':
      return { kind: 'skipped', attempt: await book.ended(attempt, 'assumed') };
    case 'run-again':
      await book.ended(attempt, 'given-up');
      return launch(plan, attempt.number + 1, book, world);
  }
}

/** Written down so long ago that its token may mean nothing any more: only a task that still runs can tell. */
export async function search(
  plan: MigrationPlan,
  attempt: MigrationAttempt,
  book: AttemptBook,
  world: StartWorld,
): Promise<Started> {
  const startedBy = startedByOf(plan, world.environment);
  const [running, ...others] = await listTasks(world.aws, world.contract.cluster.name, { startedBy });
  if (running === undefined) return resolveLost(plan, attempt, book, world);
  if (others.length > 0) throw several(plan, [running, ...others]);
  return { kind: 'running', attempt: await book.started(attempt, running), taskArn: running };
}

function lost({ service }: MigrationPlan, { number, taskArn, at }: MigrationAttempt): ActionError {
  const task = taskArn === undefined ? 'whose task was never written down' : `as ${taskArn}`;
  return new ActionError(
    'E_UNKNOWN',
    `${service}: attempt ${number} of ${at}, ${task}, was never seen to end, and ECS does not know it any more.`,
    {
      remedy:
        "Look at the database's migration table and at the log, then run this step once with `on-lost-task: applied` or `run-again`.",
      place: service,
    },
  );
}
