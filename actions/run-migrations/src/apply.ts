import { type LogStream, openLogStream } from '../../../lib/aws/logs.ts';
import { logStreamOf } from '../../../lib/aws/task-definition-compose.ts';
import type { Log } from '../../../lib/core/world.ts';
import type { Step } from '../../../lib/github/step.ts';
import { judgeTask, type TaskVerdict } from './judge.ts';
import type { MigrationPlan } from './plan.ts';
import { startTask, type StartWorld } from './start.ts';
import { watchTask } from './watch.ts';

/** What became of one migration, as far as it is known. */
export type MigrationOutcome = {
  readonly plan: MigrationPlan;
  readonly taskArn: string;
  readonly taskId: string;
  readonly verdict: TaskVerdict | { readonly kind: 'unfinished'; readonly lastStatus: string };
  readonly seconds: number;
  /** The last lines of its log; complete once `tail` has resolved. */
  readonly lines: readonly string[];
  readonly tail: Promise<void>;
};

export type ApplyWorld = StartWorld & {
  readonly step: Pick<Step, 'signal' | 'state'>;
  readonly logTail: number;
};

/** Runs one migration to its end, with its log as it comes. Throws when it could not be started. */
export async function applyMigration(plan: MigrationPlan, world: ApplyWorld): Promise<MigrationOutcome> {
  const { step, aws, contract, logTail } = world;
  const startedAt = aws.clock.elapsed();
  const task = await startTask(plan, world);
  // Before the wait, so that whoever cleans up after us knows it.
  step.state.save(`migration-${plan.service}-${plan.ordinal}`, task.arn);
  const stream = logStreamOf(plan.service, task.id);
  const lines: string[] = [];
  const watched = await watchTask({
    aws,
    cluster: contract.cluster.name,
    taskArn: task.arn,
    timeoutMs: plan.timeoutMinutes * 60_000,
    logs: forgiving(openLogStream(aws, { group: plan.logGroup, stream }), step.log),
    signal: step.signal,
    onLines(more) {
      for (const line of more) step.log.info(`${plan.service} | ${line}`);
      lines.push(...more);
      lines.splice(0, Math.max(0, lines.length - logTail));
    },
    onStatus: (status) => step.log.info(`${plan.service}: ${status.toLowerCase()}`),
  }).catch((error: unknown) => {
    step.log.info(
      `${plan.service}: the migration goes on without this job as ${task.arn}, log ${plan.logGroup}/${stream}`,
    );
    throw error;
  });
  const seconds = (aws.clock.elapsed() - startedAt) / 1000;
  const known = { plan, taskArn: task.arn, taskId: task.id, seconds, lines };
  if (watched.kind === 'timed-out') {
    return { ...known, verdict: { kind: 'unfinished', lastStatus: watched.lastStatus }, tail: Promise.resolve() };
  }
  const essential = (plan.definition.containerDefinitions ?? []).map(({ name }) => name ?? '');
  return { ...known, verdict: judgeTask(watched.task, essential), tail: watched.tail };
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
