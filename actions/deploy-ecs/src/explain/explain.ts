import { explainStop } from '../../../../lib/aws/ecs-explain.ts';
import { describeServices, type ObservedService } from '../../../../lib/aws/ecs-services.ts';
import { describeTasks, listTasks, type ObservedTask } from '../../../../lib/aws/ecs-tasks.ts';
import { readLastLines } from '../../../../lib/aws/logs.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { logStreamOf } from '../../../../lib/aws/task-definition-compose.ts';
import { withoutSecrets } from '../../../../lib/core/redact.ts';
import type { Ended, Target } from '../watch/target.ts';
import { causeOf } from './causes.ts';

/** How the line with the remedy begins. */
export const remedyMark = 'what to do: ';
/** How each line of the container's log begins. */
export const logMark = 'log: ';

const mostTasks = 3;
const mostEvents = 5;
const mostLines = 15;
/** Nobody waits for an explanation as he waits for a verdict. */
const patience = { deadlineMs: 20_000 };

/**
 * Why a deployment failed: the likely cause, what to do, then ECS's events, its stopped tasks and their last log lines.
 * What cannot be read is left out: an explanation must not turn one failure into another.
 */
export async function explainFailure(
  aws: Aws,
  { ended: { target, ending }, cluster, logGroup }: { ended: Ended; cluster: string; logGroup: string },
): Promise<readonly string[]> {
  const [services, stopped] = await Promise.all([
    describeServices(aws, cluster, [target.ecsName], patience).catch(() => undefined),
    stoppedTasks(aws, cluster, target).catch(() => undefined),
  ]);
  const own = (stopped ?? []).filter((task) => task.startedBy === target.deploymentId && !isHousekeeping(task));
  const newest = own.slice(0, mostTasks);
  const events = eventsOf(target, services?.get(target.ecsName), stopped ?? []);
  const { cause, remedy } = causeOf(ending, own, events);
  const lines = await lastLines(aws, newest, { target, logGroup });
  return [
    cause,
    ...(remedy === undefined ? [] : [`${remedyMark}${remedy}`]),
    ...events.slice(0, mostEvents).map((message) => `event: ${message}`),
    ...newest.map((task) => `task ${task.id}: ${explainStop(task).facts}`),
    ...lines.map((line) => `${logMark}${withoutSecrets(line)}`),
    ...(services === undefined || stopped === undefined ? ['(not everything about it could be read)'] : []),
  ];
}

/** Of all deployments of the service, newest first. ECS remembers them for about an hour. */
async function stoppedTasks(aws: Aws, cluster: string, { ecsName }: Target): Promise<readonly ObservedTask[]> {
  const arns = await listTasks(aws, cluster, { service: ecsName, desiredStatus: 'STOPPED' }, patience);
  const tasks = [...(await describeTasks(aws, cluster, arns, patience)).values()];
  return tasks.sort((one, other) => (other.stoppedAt ?? 0) - (one.stoppedAt ?? 0));
}

/** ECS ends tasks of its own accord too; those say nothing about the cause. */
function isHousekeeping({ stoppedReason }: ObservedTask): boolean {
  return /Scaling activity initiated by/.test(stoppedReason ?? '');
}

/** Of this deployment, newest first: since it began, and not about tasks of another one. */
function eventsOf(
  { startedAt, deploymentId }: Target,
  service: ObservedService | undefined,
  stopped: readonly ObservedTask[],
): readonly string[] {
  const foreign = stopped.filter(({ startedBy }) => startedBy !== deploymentId).map(({ id }) => `(task ${id})`);
  return (service?.events ?? [])
    .filter(({ at, message }) => message.includes(deploymentId) || (at >= startedAt - 1_000 && telling.test(message)))
    .map(({ message }) => message)
    .filter((message) => !foreign.some((task) => message.includes(task)));
}

const telling = /unable|unhealthy|failed|rolling back|throttled|could not launch/;

/** Of the newest task that has any: lines arrive late. */
async function lastLines(
  aws: Aws,
  tasks: readonly ObservedTask[],
  { target, logGroup }: { target: Target; logGroup: string },
): Promise<readonly string[]> {
  try {
    for (const task of tasks) {
      const stream = logStreamOf(guiltyContainer(task) ?? target.container ?? target.name, task.id);
      const lines = await readLastLines(aws, { group: logGroup, stream, count: mostLines }, patience);
      if (lines.length > 0) return lines;
    }
    return [];
  } catch {
    return [`(the log ${logGroup} could not be read)`];
  }
}

/** Of several containers, the one with a reason or an exit code of its own; others are ended because of it. */
function guiltyContainer({ containers }: ObservedTask): string | undefined {
  const guilty =
    containers.find(({ reason }) => reason !== undefined) ??
    containers.find(({ exitCode = 0 }) => !endedByOthers.has(exitCode)) ??
    containers.find(({ exitCode = 0 }) => exitCode !== 0);
  return guilty?.name;
}

/** Of its own will, by SIGKILL, by SIGTERM. */
const endedByOthers: ReadonlySet<number> = new Set([0, 137, 143]);
