import { DescribeTasksCommand, ListTasksCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import type { RunTaskCommandInput, Task as EcsTask } from '@aws-sdk/client-ecs';
import { inBatches } from './batches.ts';
import { ecs } from './ecs-client.ts';
import type { Aws, SendOptions } from './session.ts';

/** An ECS task as DescribeTasks shows it. */
export type ObservedTask = {
  readonly arn: string;
  /** The last part of the ARN, as in a log stream's name. */
  readonly id: string;
  /** PROVISIONING, PENDING, ACTIVATING, RUNNING, DEACTIVATING, STOPPING, DEPROVISIONING or STOPPED. */
  readonly lastStatus: string;
  readonly health: string;
  readonly taskDefinition: string;
  /** `service:<name>` or `family:<name>`. */
  readonly group: string;
  /** Of a service's task: the id of its deployment. */
  readonly startedBy: string | undefined;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string | undefined;
  readonly stoppedAt: number | undefined;
  readonly containers: readonly ObservedContainer[];
};

export type ObservedContainer = {
  readonly name: string;
  /** Absent when the container never ran or was lost: that is not success. */
  readonly exitCode: number | undefined;
  /** Stands on the guilty container only. */
  readonly reason: string | undefined;
  readonly imageDigest: string | undefined;
};

/** RunTask answers 200 with reasons instead of tasks when there is no room. */
export type RunTaskOutcome =
  /** `others`: ARNs of more tasks than were asked for. */
  | { readonly kind: 'started'; readonly task: ObservedTask; readonly others: readonly string[] }
  | { readonly kind: 'failed'; readonly reasons: readonly string[] };

const tasksPerCall = 100;

/** Starts one task. The input's clientToken makes a repeated call, also from another process, find the same task. */
export async function runTask(aws: Aws, input: RunTaskCommandInput & { clientToken: string }): Promise<RunTaskOutcome> {
  const answer = await aws.send(ecs(aws), new RunTaskCommand(input));
  const [task, ...others] = answer.tasks ?? [];
  if (task !== undefined)
    return { kind: 'started', task: toTask(task), others: others.flatMap(({ taskArn }) => taskArn ?? []) };
  const reasons = (answer.failures ?? []).map(({ reason, detail }) => [reason, detail].filter(Boolean).join(': '));
  return { kind: 'failed', reasons };
}

/** Tells ECS to end a task: SIGTERM, and SIGKILL after its stop timeout. Repeating it does no harm. */
export async function stopTask(
  aws: Aws,
  { cluster, task, reason }: { cluster: string; task: string; reason: string },
): Promise<void> {
  await aws.send(ecs(aws), new StopTaskCommand({ cluster, task, reason }));
}

/** Tasks by ARN, a hundred to a call. Right after RunTask, and an hour after the end, ECS may not know one: it is left out. */
export async function describeTasks(
  aws: Aws,
  cluster: string,
  arns: readonly string[],
  options?: SendOptions,
): Promise<ReadonlyMap<string, ObservedTask>> {
  const batches = inBatches(arns, tasksPerCall);
  const answers = await Promise.all(
    batches.map((tasks) => aws.send(ecs(aws), new DescribeTasksCommand({ cluster, tasks }), options)),
  );
  return new Map(answers.flatMap((answer) => answer.tasks ?? []).map((task) => [task.taskArn ?? '', toTask(task)]));
}

export type TaskFilter = {
  /** Tasks of one service; without it those of the whole cluster. */
  readonly service?: string;
  /** Tasks of one task definition family, whatever the revision. */
  readonly family?: string;
  /** RUNNING (which includes what is starting) unless told. */
  readonly desiredStatus?: 'RUNNING' | 'STOPPED';
  /** Whoever started them. ECS takes no other filter beside this one. */
  readonly startedBy?: string;
};

/** ARNs of a cluster's tasks. */
export async function listTasks(
  aws: Aws,
  cluster: string,
  filter: TaskFilter,
  options?: SendOptions,
): Promise<readonly string[]> {
  const arns: string[] = [];
  const { service: serviceName, ...others } = filter;
  const by = { ...(serviceName === undefined ? {} : { serviceName }), ...others };
  let nextToken: string | undefined;
  do {
    const page: { taskArns?: string[] | undefined; nextToken?: string | undefined } = await aws.send(
      ecs(aws),
      new ListTasksCommand({ cluster, ...by, nextToken }),
      options,
    );
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return arns;
}

function toTask(task: EcsTask): ObservedTask {
  const arn = task.taskArn ?? '';
  return {
    arn,
    id: arn.slice(arn.lastIndexOf('/') + 1),
    lastStatus: task.lastStatus ?? '',
    health: task.healthStatus ?? 'UNKNOWN',
    taskDefinition: task.taskDefinitionArn ?? '',
    group: task.group ?? '',
    startedBy: task.startedBy,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    stoppedAt: task.stoppedAt?.getTime(),
    containers: (task.containers ?? []).map((container) => ({
      name: container.name ?? '',
      exitCode: container.exitCode,
      reason: container.reason,
      imageDigest: container.imageDigest,
    })),
  };
}
