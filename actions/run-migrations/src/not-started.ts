import { explainText } from '../../../lib/aws/ecs-explain.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { MigrationPlan } from './plan.ts';

/** RunTask has answered 200, and nothing was started. */
export function notStarted({ service }: MigrationPlan, reasons: readonly string[]): ActionError {
  const said = reasons.length === 0 ? 'no task and no reason' : reasons.join('; ');
  const known = explainText(said);
  return new ActionError(
    'E_STATE',
    `${service}: ECS started no migration task: ${said}.${known === undefined ? '' : ` ${known.cause}`}`,
    {
      remedy: known?.remedy ?? 'Run the job again; nothing was changed.',
      place: service,
    },
  );
}

/** The token has meant something else before. */
export function conflict({ service }: MigrationPlan, cause: unknown): ActionError {
  return new ActionError(
    'E_STATE',
    `${service}: an earlier attempt has sent this token with other parameters (ConflictException).`,
    {
      remedy: "Look at the cluster's tasks, then run this step once with `on-lost-task: run-again`.",
      place: service,
      cause,
    },
  );
}

/** Which of them the database has heard first is for a person to find out. */
export function several({ service }: MigrationPlan, taskArns: readonly string[]): ActionError {
  return new ActionError(
    'E_STATE',
    `${service}: ${taskArns.length} tasks run this migration: ${taskArns.join(', ')}.`,
    {
      remedy:
        "Look at their logs and at the database's migration table, and run the job again when one of them is left.",
      place: service,
    },
  );
}
