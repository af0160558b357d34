import { stopTask } from '../../../lib/aws/ecs-tasks.ts';
import { type LogStream, openLogStream } from '../../../lib/aws/logs.ts';
import { logStreamOf } from '../../../lib/aws/task-definition-compose.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { MigrationAttempt } from '../../../lib/core/ledger.ts';
import { migrationPath, type Whereabouts } from '../../../lib/core/names.ts';
import type { Log } from '../../../lib/core/world.ts';
import { AttemptBook } from './attempt.ts';
import { judgeTask, type TaskVerdict } from './judge.ts';
import type { MigrationPlan } from './plan.ts';
import { noRoom, resolveLost, type Started, startTask, type StartWorld } from './start.ts';
import { LostTask, type Watched, watchTask } from './watch.ts';

/** What became of one migration, as far as it is known. */
export type MigrationOutcome = {
  readonly plan: MigrationPlan;
  readonly taskArn: string;
  readonly taskId: string;
  readonly verdict:
    TaskVerdict | { readonly kind: 'skipped' } | { readonly kind: 'unfinished'; readonly lastStatus: string };
  readonly seconds: number;
  /** The last lines of its log; complete once `tail` has resolved. */
  readonly lines: readonly string[];
  readonly tail: Promise<void>;
};

export type ApplyWorld = StartWorld & {
  readonly where: Whereabouts;
  /** Keeps the lock while a task is watched. */
  readonly heartbeat: () => Promise<void>;
  readonly logTail: number;
  readonly stopOnTimeout: boolean;
};

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

/** To the end of one task; `lost` when ECS does not know it (any more). */
async function follow(
  plan: MigrationPlan,
  started: Started,
  book: AttemptBook,
  world: ApplyWorld,
): Promise<MigrationOutcome | 'lost'> {
  const nothing = { seconds: 0, lines: [], tail: Promise.resolve() };
  if (started.kind === 'skipped') {
    const { taskArn = '' } = started.attempt;
    return { plan, taskArn, taskId: idOf(taskArn), verdict: { kind: 'skipped' }, ...nothing };
  }
  const { taskArn, attempt } = started;
  const lines: string[] = [];
  const watched = await watch(plan, taskArn, lines, world);
  if (watched === 'lost') return 'lost';
  const known = { plan, taskArn, taskId: idOf(taskArn), lines, seconds: 0 };
  if (watched.kind === 'timed-out') {
    if (world.stopOnTimeout) return stop(plan, { attempt, taskArn, lines }, book, world);
    return { ...known, verdict: { kind: 'unfinished', lastStatus: watched.lastStatus }, tail: Promise.resolve() };
  }
  const essential = (plan.definition.containerDefinitions ?? []).map(({ name }) => name ?? '');
  const verdict = judgeTask(watched.task, essential);
  await writeEnd(plan, attempt, verdict, book, world);
  return { ...known, verdict, tail: watched.tail };
}

async function watch(
  plan: MigrationPlan,
  taskArn: string,
  lines: string[],
  { step, aws, contract, logTail, heartbeat }: ApplyWorld,
): Promise<Watched | 'lost'> {
  const stream = logStreamOf(plan.service, idOf(taskArn));
  try {
    return await watchTask({
      aws,
      cluster: contract.cluster.name,
      taskArn,
      timeoutMs: plan.timeoutMinutes * 60_000,
      logs: forgiving(openLogStream(aws, { group: plan.logGroup, stream }), step.log),
      signal: step.signal,
      heartbeat,
      onLines(more) {
        for (const line of more) step.log.info(`${plan.service} | ${line}`);
        lines.push(...more);
        lines.splice(0, Math.max(0, lines.length - logTail));
      },
      onStatus: (status) => step.log.info(`${plan.service}: ${status.toLowerCase()}`),
    });
  } catch (error) {
    if (error instanceof LostTask) return 'lost';
    step.log.info(
      `${plan.service}: the migration goes on without this job as ${taskArn}, log ${plan.logGroup}/${stream}; ` +
        `look at it by \`aws ecs describe-tasks --cluster ${contract.cluster.name} --tasks ${taskArn}\``,
    );
    throw error;
  }
}

/** The time is up and the caller wants it stopped: how it ended is judged like any other end. */
async function stop(
  plan: MigrationPlan,
  { attempt, taskArn, lines }: { attempt: MigrationAttempt; taskArn: string; lines: string[] },
  book: AttemptBook,
  world: ApplyWorld,
): Promise<MigrationOutcome | 'lost'> {
  const { aws, contract, step } = world;
  step.log.info(`${plan.service}: its time is up; stopping it (\`stop-on-timeout\`)`);
  await stopTask(aws, { cluster: contract.cluster.name, task: taskArn, reason: 'slipway: timeout-minutes is over' });
  const watched = await watch({ ...plan, timeoutMinutes: stopMinutes }, taskArn, lines, world);
  const known = { plan, taskArn, taskId: idOf(taskArn), lines, seconds: 0 };
  if (watched === 'lost') return 'lost';
  if (watched.kind === 'timed-out')
    return { ...known, verdict: { kind: 'unfinished', lastStatus: watched.lastStatus }, tail: Promise.resolve() };
  const essential = (plan.definition.containerDefinitions ?? []).map(({ name }) => name ?? '');
  const verdict = judgeTask(watched.task, essential);
  await writeEnd(plan, attempt, verdict, book, world);
  return { ...known, verdict, tail: watched.tail };
}

/** A container may take two minutes to go, and its network interface half of one. */
const stopMinutes = 4;

/** What the database has seen counts, not what the ledger could be told: a lost note is said, and the task is found again. */
async function writeEnd(
  { service }: MigrationPlan,
  attempt: MigrationAttempt,
  verdict: TaskVerdict,
  book: AttemptBook,
  { step }: ApplyWorld,
): Promise<void> {
  const exitCode = verdict.kind === 'succeeded' ? 0 : verdict.exitCode;
  const neverRan = verdict.kind === 'failed' && verdict.exitCode === undefined;
  try {
    await book.ended(
      attempt,
      verdict.kind === 'succeeded' ? 'succeeded' : neverRan ? 'not-started' : 'failed',
      exitCode,
    );
  } catch (error) {
    if (!(error instanceof ActionError) || verdict.kind === 'succeeded') throw error;
    step.log.warn(`${service}: its end could not be written down: ${error.message}`);
  }
}

/** A log that cannot be read does not make a migration fail that has succeeded; it is said once. */
function forgiving(stream: LogStream, log: Log): LogStream {
  let isReadable = true;
  return {
    async readMore() {
      if (!isReadable) return [];
      try {
        return await stream.readMore();
      } catch (error) {
        isReadable = false;
        log.warn(`The log of the migration cannot be read: ${error instanceof Error ? error.message : 'unknown'}`);
        return [];
      }
    },
  };
}

function idOf(taskArn: string): string {
  return taskArn.slice(taskArn.lastIndexOf('/') + 1);
}
