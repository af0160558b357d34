import { createHash } from 'node:crypto';
import { explainText } from '../../../lib/aws/ecs-explain.ts';
import { listTasks, runTask, type RunTaskOutcome } from '../../../lib/aws/ecs-tasks.ts';
import { describeAwsError, isNamed } from '../../../lib/aws/errors.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { registerUnlessSame } from '../../../lib/aws/task-definition.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { MigrationAttempt, RunName } from '../../../lib/core/ledger.ts';
import type { Step } from '../../../lib/github/step.ts';
import type { AttemptBook } from './attempt.ts';
import type { OnLostTask } from './inputs.ts';
import { nextAttempt } from './next-attempt.ts';
import type { MigrationPlan } from './plan.ts';

export type StartWorld = {
  readonly step: Pick<Step, 'log' | 'job' | 'signal'>;
  readonly aws: Aws;
  readonly contract: Contract;
  readonly environment: string;
  readonly run: RunName;
  readonly skipIfApplied: boolean;
  readonly onLostTask: OnLostTask;
};

/** A task that is to be followed, or a migration that need not run. */
export type Started =
  | { readonly kind: 'running'; readonly attempt: MigrationAttempt; readonly taskArn: string }
  | { readonly kind: 'skipped'; readonly attempt: MigrationAttempt };

/** Starts the task, or finds the one that an earlier attempt has started; the ledger knows of it before and after. */
export async function startTask(plan: MigrationPlan, book: AttemptBook, world: StartWorld): Promise<Started> {
  const { step, aws, skipIfApplied } = world;
  const next = nextAttempt(book.attempts, { skipIfApplied, now: aws.clock.now() });
  switch (next.kind) {
    case 'skip':
      step.log.info(`${plan.service}: this migration has run already as ${next.attempt.taskArn ?? 'an earlier task'}`);
      return { kind: 'skipped', attempt: next.attempt };
    case 'follow':
      step.log.info(`${plan.service}: an earlier attempt has started this migration; following ${next.taskArn}`);
      return { kind: 'running', attempt: next.attempt, taskArn: next.taskArn };
    case 'send-again':
      step.log.info(`${plan.service}: an earlier attempt may have started this migration; asking by its own token`);
      return send(plan, next.attempt, book, world);
    case 'search':
      return search(plan, next.attempt, book, world);
    case 'start':
      return begin(plan, next.number, book, world);
  }
}

async function begin(plan: MigrationPlan, number: number, book: AttemptBook, world: StartWorld): Promise<Started> {
  const { step, aws, environment, run } = world;
  const { arn: taskDefinition } = await registerUnlessSame(aws, plan.definition, {
    'slipway:environment': environment,
    'slipway:commit': step.job.commit,
    'slipway:run': step.job.runId,
  });
  const token = createHash('sha256')
    .update(JSON.stringify([environment, plan.service, plan.digest, taskDefinition, number]))
    .digest('hex');
  return send(plan, await book.begin({ number, token, taskDefinition, digest: plan.digest }, run), book, world);
}

async function send(
  plan: MigrationPlan,
  attempt: MigrationAttempt,
  book: AttemptBook,
  world: StartWorld,
): Promise<Started> {
  const { step, aws, contract, environment } = world;
  const { subnets, assignPublicIp } = contract.network;
  const started = await withCapacity(plan, world, () =>
    runTask(aws, {
      cluster: contract.cluster.name,
      taskDefinition: attempt.taskDefinition,
      count: 1,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...subnets],
          securityGroups: [...contract.migrations.securityGroups],
          assignPublicIp,
        },
      },
      startedBy: startedByOf(plan, environment),
      clientToken: attempt.token,
    }),
  ).catch((error: unknown) => {
    throw isNamed(error, 'ConflictException') ? conflict(plan, error) : error;
  });
  if (started.kind === 'failed') {
    await book.ended(attempt, 'not-started');
    throw notStarted(plan, started.reasons);
  }
  if (started.others.length > 0) throw several(plan, [started.task.arn, ...started.others]);
  step.log.info(`${plan.service}: ${plan.command.join(' ')} as ${started.task.arn}`);
  return { kind: 'running', attempt: await book.started(attempt, started.task.arn), taskArn: started.task.arn };
}

/** Capacity comes and goes: a task that could not be placed is asked for again, by the same token. */
async function withCapacity(
  { service, timeoutMinutes }: MigrationPlan,
  { step, aws }: StartWorld,
  start: () => Promise<RunTaskOutcome>,
): Promise<RunTaskOutcome> {
  const until = aws.clock.elapsed() + Math.min(timeoutMinutes, longestCapacityMinutes) * 60_000;
  for (let pauseMs = 5_000; ; pauseMs = Math.min(30_000, pauseMs * 2)) {
    const started = await start().catch((error: unknown): RunTaskOutcome => {
      // Limits of the account come as an exception, capacity as an answer.
      if (isNamed(error, 'ClientException', 'InvalidParameterException') && noRoom.test(describeAwsError(error)))
        return { kind: 'failed', reasons: [describeAwsError(error)] };
      throw error;
    });
    const isForRoom = started.kind === 'failed' && started.reasons.some((reason) => noRoom.test(reason));
    if (!isForRoom || aws.clock.elapsed() + pauseMs > until) return started;
    step.log.info(`${service}: no room for the task (${started.reasons.join('; ')}); trying again`);
    await aws.clock.sleep(pauseMs, step.signal);
  }
}

const longestCapacityMinutes = 10;
/** Reasons that pass by themselves. */
export const noRoom = /capacity is unavailable|reached the limit|RESOURCE:|RunTask.*throttl/i;

/** Written down so long ago that its token may mean nothing any more: only a task that still runs can tell. */
async function search(
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
      return begin(plan, attempt.number + 1, book, world);
  }
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

/** The same for every attempt at the same migration, so that a later one finds what an earlier one left running. */
function startedByOf({ service, ordinal, digest }: MigrationPlan, environment: string): string {
  const whole = `slipway/${environment}/${service}/${ordinal}-${digest.slice('sha256:'.length, 24)}`;
  return whole.replaceAll(/[^\w/-]/g, '-').slice(0, 128);
}

/** Which of them the database has heard first is for a person to find out. */
function several({ service }: MigrationPlan, taskArns: readonly string[]): ActionError {
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

function conflict({ service }: MigrationPlan, cause: unknown): ActionError {
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

function notStarted({ service }: MigrationPlan, reasons: readonly string[]): ActionError {
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
