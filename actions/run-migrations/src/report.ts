import { ActionError } from '../../../lib/core/errors.ts';
import { markdownTable } from '../../../lib/github/summary.ts';
import type { MigrationOutcome } from './outcome.ts';
import type { MigrationPlan } from './plan.ts';

/** The output `tasks`: per service its migrations, in the order in which they ran. */
export function tasksOutput(outcomes: readonly MigrationOutcome[]): string {
  const tasks: Record<string, { taskArn: string; taskId: string; exitCode: number | undefined; seconds: number }[]> =
    {};
  for (const { plan, taskArn, taskId, verdict, seconds } of outcomes) {
    const exitCode = isGood(verdict) ? 0 : verdict.kind === 'failed' ? verdict.exitCode : undefined;
    (tasks[plan.service] ??= []).push({ taskArn, taskId, exitCode, seconds: Math.round(seconds * 10) / 10 });
  }
  return JSON.stringify(tasks);
}

export function isGood({ kind }: MigrationOutcome['verdict']): boolean {
  return kind === 'succeeded' || kind === 'skipped';
}

/** The plan as people read it: what will run, from which image. */
export function describePlan(plans: readonly MigrationPlan[]): string {
  if (plans.length === 0) return 'No service has a migration of this phase: nothing to run.';
  return plans
    .map(({ service, command, digest }) => `${service}: ${command.join(' ')} in ${digest.slice(0, 19)}`)
    .join('\n');
}

export function summarise(plans: readonly MigrationPlan[], outcomes: readonly MigrationOutcome[]): string {
  const rows = plans.map((plan) => {
    const outcome = outcomes.find((one) => one.plan === plan);
    return [
      plan.service,
      plan.command.join(' '),
      outcome?.taskId ?? '',
      describeVerdict(outcome),
      describeTime(outcome),
    ];
  });
  const table = markdownTable(['service', 'command', 'task', 'result', 'time'], rows);
  const failed = outcomes.find(({ verdict }) => !isGood(verdict));
  const lines =
    failed === undefined || failed.lines.length === 0
      ? []
      : [`Last lines of ${failed.plan.service}:`, codeBlock(failed.lines)];
  return ['### Migrations', plans.length === 0 ? 'Nothing to run.' : table, ...lines].join('\n\n');
}

/** Why a migration did not succeed, as an error. Nothing may be deployed after it. */
export function failureOf({ plan, verdict, taskArn, lines }: MigrationOutcome): unknown {
  if (verdict.kind === 'failed') {
    const last = lines.at(-1);
    const quoted = last === undefined ? '' : ` The last line of its log is “${last}”.`;
    const message = `The migration of ${plan.service} failed: ${verdict.facts}. ${verdict.cause}${quoted}`;
    return new ActionError('E_STATE', message, { remedy: verdict.remedy, place: plan.service });
  }
  if (verdict.kind === 'left') return left(plan, taskArn, verdict.why);
  const status = verdict.kind === 'unfinished' ? verdict.lastStatus : 'STOPPED';
  return new ActionError(
    'E_UNKNOWN',
    `The migration of ${plan.service} has not ended within ${plan.timeoutMinutes} minutes (\`timeout-minutes\`); it is ${status} and goes on as ${taskArn}.`,
    {
      remedy: 'Wait for it and run the job again, which follows it; or stop it by `aws ecs stop-task`.',
      place: plan.service,
    },
  );
}

/** Who cannot look any more does not know the end: that is no answer of AWS's, and no failure of the migration. */
function left({ service }: MigrationPlan, taskArn: string, why: unknown): unknown {
  if (!(why instanceof ActionError)) return why;
  const { code, message, remedy } = why;
  return new ActionError(
    code === 'E_REMOTE' ? 'E_UNKNOWN' : code,
    `${message} The migration of ${service} goes on without this job as ${taskArn}.`,
    {
      remedy: code === 'E_REMOTE' ? 'Run the job again when AWS can be asked: it follows the task.' : remedy,
      place: service,
      cause: why,
    },
  );
}

function describeVerdict(outcome: MigrationOutcome | undefined): string {
  if (outcome === undefined) return 'not started';
  const { verdict } = outcome;
  switch (verdict.kind) {
    case 'succeeded':
      return 'done (exit code 0)';
    case 'skipped':
      return 'done before';
    case 'failed':
      return `failed: ${verdict.facts}`;
    case 'unfinished':
      return `still ${verdict.lastStatus}`;
    case 'left':
      return 'goes on without this job';
  }
}

function describeTime(outcome: MigrationOutcome | undefined): string {
  return outcome === undefined ? '' : `${outcome.seconds.toFixed(1)} s`;
}

/** Indented, not fenced: no line of a log can end the block. */
function codeBlock(lines: readonly string[]): string {
  return lines.map((line) => `    ${line.replaceAll(/[\r\n]/g, ' ')}`).join('\n');
}
