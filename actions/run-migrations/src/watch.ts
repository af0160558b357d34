import { describeTasks, type ObservedTask } from '../../../lib/aws/ecs-tasks.ts';
import type { LogStream } from '../../../lib/aws/logs.ts';
import type { Aws } from '../../../lib/aws/session.ts';

export type Watching = {
  readonly aws: Aws;
  readonly cluster: string;
  readonly taskArn: string;
  readonly timeoutMs: number;
  readonly logs: LogStream;
  readonly signal: AbortSignal;
  /** Called in every poll. */
  heartbeat(): Promise<void>;
  /** New lines of the task's log. */
  onLines(lines: readonly string[]): void;
  onStatus(status: string): void;
};

export type Watched =
  /** `tail` resolves when the last lines of the log are told: they arrive seconds after the end. */
  | { readonly kind: 'stopped'; readonly task: ObservedTask; readonly tail: Promise<void> }
  | { readonly kind: 'timed-out'; readonly lastStatus: string };

const firstPauseMs = 500;
/** With the calls of a poll, a stopped task is noticed within two seconds. */
const longestPauseMs = 1_500;
/** So long after a change the next one is expected soon. */
const soonMs = 10_000;
/** ECS may not know a task right after RunTask. */
const missingForMs = 60_000;

/** Follows a task until it has stopped, with its log as it comes. Throws LostTask when ECS does not know it (any more). */
export async function watchTask(watching: Watching): Promise<Watched> {
  const { aws, taskArn, timeoutMs, logs, signal } = watching;
  const { clock } = aws;
  const startedAt = clock.elapsed();
  let pauseMs = firstPauseMs;
  let seenAt = startedAt;
  let changedAt = startedAt;
  let status = '';
  let hasLines = false;
  for (;;) {
    await watching.heartbeat();
    const task = (await describeTasks(aws, watching.cluster, [taskArn])).get(taskArn);
    if (task !== undefined) seenAt = clock.elapsed();
    else if (clock.elapsed() - seenAt > missingForMs) throw new LostTask(taskArn);
    if (task !== undefined && task.lastStatus !== status) {
      status = task.lastStatus;
      watching.onStatus(status);
      changedAt = clock.elapsed();
      pauseMs = firstPauseMs;
    }
    if (hasStarted(status)) {
      const lines = await logs.readMore();
      hasLines ||= lines.length > 0;
      watching.onLines(lines);
    }
    if (task?.lastStatus === 'STOPPED') {
      return { kind: 'stopped', task, tail: readTail(watching, task, hasLines) };
    }
    if (clock.elapsed() - startedAt > timeoutMs) return { kind: 'timed-out', lastStatus: status };
    await clock.sleep(pauseMs, signal);
    if (clock.elapsed() - changedAt > soonMs) pauseMs = Math.min(longestPauseMs, pauseMs * 1.3);
  }
}

function hasStarted(status: string): boolean {
  return !['', 'PROVISIONING', 'PENDING', 'ACTIVATING'].includes(status);
}

/** The last lines reach CloudWatch some seconds after the end; how long one waits depends on how much they matter. */
const quietMs = 1_500;
const quietAfterFailureMs = 4_000;
const longestTailMs = 12_000;

async function readTail(
  { aws: { clock }, ...watching }: Watching,
  task: ObservedTask,
  hasLines: boolean,
): Promise<void> {
  const codes = task.containers.map(({ exitCode }) => exitCode);
  if (codes.every((code) => code === undefined)) return;
  const failed = codes.some((code) => code !== 0);
  const startedAt = clock.elapsed();
  // A failure without a single line is waited for: its first lines are all there is to explain it.
  let lastLineAt = failed && !hasLines ? undefined : startedAt;
  while (clock.elapsed() - startedAt < longestTailMs && !watching.signal.aborted) {
    const lines = await watching.logs.readMore();
    watching.onLines(lines);
    if (lines.length > 0) lastLineAt = clock.elapsed();
    const quietFor = lastLineAt === undefined ? 0 : clock.elapsed() - lastLineAt;
    if (quietFor >= (failed ? quietAfterFailureMs : quietMs)) return;
    await clock.sleep(firstPauseMs);
  }
}

/** ECS forgets a stopped task after an hour or so. */
export class LostTask extends Error {
  constructor(taskArn: string) {
    super(`ECS does not know the task ${taskArn}`);
    this.name = 'LostTask';
  }
}
