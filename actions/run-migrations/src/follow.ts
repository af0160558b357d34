import { findImageDigests } from '../../../lib/aws/ecr-released-image.ts';
import { type ObservedTask, stopTask } from '../../../lib/aws/ecs-tasks.ts';
import { openLogStream } from '../../../lib/aws/logs.ts';
import { logStreamOf } from '../../../lib/aws/task-definition-compose.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { MigrationAttempt } from '../../../lib/core/ledger.ts';
import type { AttemptBook } from './attempt.ts';
import { judgeTask, type TaskVerdict } from './judge.ts';
import type { MigrationOutcome } from './outcome.ts';
import type { MigrationPlan } from './plan.ts';
import type { Started, StartWorld } from './started.ts';
import { forgiving, type TaskLog, tellLog } from './task-log.ts';
import { LostTask, type Watched, watchTask } from './watch.ts';

export type FollowWorld = StartWorld & {
  /** Keeps the lock while a task is watched. */
  readonly heartbeat: () => Promise<void>;
  readonly logTail: number;
  readonly stopOnTimeout: boolean;
};

/** To the end of one task, however that is; `lost` when ECS does not know it (any more). */
export async function follow(
  plan: MigrationPlan,
  started: Started,
  book: AttemptBook,
  world: FollowWorld,
): Promise<MigrationOutcome | 'lost'> {
  const { attempt } = started;
  const taskArn = started.kind === 'running' ? started.taskArn : (attempt.taskArn ?? '');
  const taskLog = tellLog(plan.service, { log: world.step.log, logTail: world.logTail });
  const ended = (verdict: MigrationOutcome['verdict'], tail = Promise.resolve()): MigrationOutcome => {
    return { plan, taskArn, taskId: idOf(taskArn), verdict, seconds: 0, lines: taskLog.lines, tail };
  };
  if (started.kind === 'skipped') return ended({ kind: 'skipped' });
  const watched = await watchInTime(plan, taskArn, taskLog, world).catch(
    (why: unknown) => ({ kind: 'left', why }) as const,
  );
  if (watched.kind === 'left') {
    if (watched.why instanceof LostTask) return 'lost';
    sayLeft(plan, taskArn, world);
    return ended(watched);
  }
  if (watched.kind === 'timed-out') return ended({ kind: 'unfinished', lastStatus: watched.lastStatus });
  const verdict = await judge(plan, watched.task, world);
  await writeEnd(plan, attempt, verdict, book, world);
  return ended(verdict, watched.tail);
}

/** With `stop-on-timeout` a task whose time is up is stopped, and how it ended is judged like any other end. */
async function watchInTime(
  plan: MigrationPlan,
  taskArn: string,
  taskLog: TaskLog,
  world: FollowWorld,
): Promise<Watched> {
  const { aws, contract, step, stopOnTimeout } = world;
  const watched = await watch(plan, taskArn, taskLog, world);
  if (watched.kind === 'stopped' || !stopOnTimeout) return watched;
  step.log.info(`${plan.service}: its time is up; stopping it (\`stop-on-timeout\`)`);
  await stopTask(aws, { cluster: contract.cluster.name, task: taskArn, reason: 'slipway: timeout-minutes is over' });
  return watch({ ...plan, timeoutMinutes: stopMinutes }, taskArn, taskLog, world);
}

/** A container may take two minutes to go, and its network interface half of one. */
const stopMinutes = 4;

function watch(
  { service, logGroup, timeoutMinutes }: MigrationPlan,
  taskArn: string,
  taskLog: TaskLog,
  { step, aws, contract, heartbeat }: FollowWorld,
): Promise<Watched> {
  const stream = openLogStream(aws, { group: logGroup, stream: logStreamOf(service, idOf(taskArn)) });
  return watchTask({
    aws,
    cluster: contract.cluster.name,
    taskArn,
    timeoutMs: timeoutMinutes * 60_000,
    logs: forgiving(stream, step.log),
    signal: step.signal,
    heartbeat,
    onLines: (lines) => taskLog.take(lines),
    onStatus: (status) => step.log.info(`${service}: ${status.toLowerCase()}`),
  });
}

async function judge(plan: MigrationPlan, task: ObservedTask, { aws }: FollowWorld): Promise<TaskVerdict> {
  const essential = (plan.definition.containerDefinitions ?? []).map(({ name }) => name ?? '');
  const ran = task.containers.find(({ name }) => name === plan.service)?.imageDigest;
  const isPlanned = ran === undefined || ran === plan.digest;
  // ECS may name the image that an index has for the task's platform.
  const digests = isPlanned ? undefined : await findImageDigests(aws, plan);
  return judgeTask(task, { essential, container: plan.service, digests: digests ?? [plan.digest] });
}

/** What the database has seen counts, not what the ledger could be told: a lost note is said, and the task is found again. */
async function writeEnd(
  { service }: MigrationPlan,
  attempt: MigrationAttempt,
  verdict: TaskVerdict,
  book: AttemptBook,
  { step }: FollowWorld,
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

function sayLeft({ service, logGroup }: MigrationPlan, taskArn: string, { step, contract }: FollowWorld): void {
  step.log.info(
    `${service}: the migration goes on without this job as ${taskArn}, ` +
      `log ${logGroup}/${logStreamOf(service, idOf(taskArn))}; ` +
      `look at it by \`aws ecs describe-tasks --cluster ${contract.cluster.name} --tasks ${taskArn}\``,
  );
}

function idOf(taskArn: string): string {
  return taskArn.slice(taskArn.lastIndexOf('/') + 1);
}
