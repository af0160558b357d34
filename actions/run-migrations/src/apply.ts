import { createHash } from 'node:crypto';
import { isNamed } from '../../../lib/aws/errors.ts';
import { explainText } from '../../../lib/aws/ecs-explain.ts';
import { listTasks, runTask } from '../../../lib/aws/ecs-tasks.ts';
import { type LogStream, openLogStream } from '../../../lib/aws/logs.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { registerUnlessSame } from '../../../lib/aws/task-definition.ts';
import { logStreamOf } from '../../../lib/aws/task-definition-compose.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { Log } from '../../../lib/core/world.ts';
import type { Step } from '../../../lib/github/step.ts';
import { judgeTask, type TaskVerdict } from './judge.ts';
import type { MigrationPlan } from './plan.ts';
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

export type ApplyWorld = {
  readonly step: Pick<Step, 'log' | 'signal' | 'state' | 'job'>;
  readonly aws: Aws;
  readonly contract: Contract;
  readonly environment: string;
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

/** Starts the task, or finds the one that an earlier attempt of this very migration left running. */
async function startTask(plan: MigrationPlan, world: ApplyWorld): Promise<{ arn: string; id: string }> {
  const { step, aws, contract, environment } = world;
  const cluster = contract.cluster.name;
  const startedBy = startedByOf(plan, environment);
  const running = (await listTasks(aws, cluster, { startedBy }))[0];
  if (running !== undefined) {
    step.log.info(`${plan.service}: an earlier attempt left this migration running; following ${running}`);
    return { arn: running, id: running.slice(running.lastIndexOf('/') + 1) };
  }
  const { arn: taskDefinition } = await registerUnlessSame(aws, plan.definition, {
    'slipway:environment': environment,
    'slipway:commit': step.job.commit,
    'slipway:run': step.job.runId,
  });
  const { subnets, assignPublicIp } = contract.network;
  const started = await runTask(aws, {
    cluster,
    taskDefinition,
    count: 1,
    launchType: 'FARGATE',
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...subnets],
        securityGroups: [...contract.migrations.securityGroups],
        assignPublicIp,
      },
    },
    startedBy,
    clientToken: clientTokenOf(plan, taskDefinition, world),
  }).catch((error: unknown) => {
    throw isNamed(error, 'ConflictException') ? conflict(plan, error) : error;
  });
  if (started.kind === 'failed') throw notStarted(plan, started.reasons);
  step.log.info(`${plan.service}: ${plan.command.join(' ')} as ${started.task.arn}`);
  return started.task;
}

/** The same for every attempt at the same migration, so that a later one finds what an earlier one left running. */
function startedByOf({ service, ordinal, digest }: MigrationPlan, environment: string): string {
  const whole = `slipway/${environment}/${service}/${ordinal}-${digest.slice('sha256:'.length, 24)}`;
  return whole.replaceAll(/[^\w/-]/g, '-').slice(0, 128);
}

/** The same for a repeated call, another one for a new attempt. 64 characters are the limit. */
function clientTokenOf(
  { service, ordinal, digest }: MigrationPlan,
  definition: string,
  { environment, step: { job } }: ApplyWorld,
): string {
  const attempt = [job.repository, job.runId, job.runAttempt];
  return createHash('sha256')
    .update(JSON.stringify([environment, service, ordinal, digest, definition, attempt]))
    .digest('hex');
}

function conflict({ service }: MigrationPlan, cause: unknown): ActionError {
  return new ActionError('E_STATE', `${service}: this attempt has started another task already (ConflictException).`, {
    remedy: "Look at the cluster's tasks, then re-run the failed jobs: that is a new attempt.",
    place: service,
    cause,
  });
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
