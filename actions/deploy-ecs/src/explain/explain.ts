import { explainStop, explainText } from '../../../../lib/aws/ecs-explain.ts';
import { describeServices, type ObservedService } from '../../../../lib/aws/ecs-services.ts';
import { describeTasks, listTasks, type ObservedTask } from '../../../../lib/aws/ecs-tasks.ts';
import { readLastLines } from '../../../../lib/aws/logs.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { logStreamOf } from '../../../../lib/aws/task-definition-compose.ts';
import { describeEnding } from '../watch/progress-words.ts';
import type { Ended, Ending, Target } from '../watch/target.ts';

/** How the line with the remedy begins. */
export const remedyMark = 'what to do: ';
/** How each line of the container's log begins. */
export const logMark = 'log: ';

const mostTasks = 3;
const mostEvents = 5;
const mostLines = 15;

/** Why a deployment failed: the likely cause, what to do, then ECS's events, its stopped tasks and their last log lines. */
export async function explainFailure(
  aws: Aws,
  { ended: { target, ending }, cluster, logGroup }: { ended: Ended; cluster: string; logGroup: string },
): Promise<readonly string[]> {
  const [services, stopped] = await Promise.all([
    describeServices(aws, cluster, [target.ecsName]),
    stoppedTasks(aws, cluster, target),
  ]);
  const events = eventsOf(target, services.get(target.ecsName));
  const lines = await lastLines(aws, stopped.slice(0, mostTasks), { target, logGroup });
  return [
    ...causeOf(ending, stopped, events),
    ...events.map((message) => `event: ${message}`),
    ...stopped.slice(0, mostTasks).map((task) => `task ${task.id}: ${explainStop(task).facts}`),
    ...lines.map((line) => `${logMark}${line}`),
  ];
}

/** ECS's housekeeping ends tasks too; those say nothing about the cause. */
const housekeeping = /Scaling activity initiated by/;

async function stoppedTasks(aws: Aws, cluster: string, target: Target): Promise<readonly ObservedTask[]> {
  const arns = await listTasks(aws, cluster, { service: target.ecsName, desiredStatus: 'STOPPED' });
  const tasks = [...(await describeTasks(aws, cluster, arns)).values()];
  return tasks
    .filter(
      ({ startedBy, stoppedReason }) => startedBy === target.deploymentId && !housekeeping.test(stoppedReason ?? ''),
    )
    .sort((one, other) => (other.stoppedAt ?? 0) - (one.stoppedAt ?? 0));
}

function eventsOf({ startedAt, deploymentId }: Target, service: ObservedService | undefined): readonly string[] {
  return (service?.events ?? [])
    .filter(({ at, message }) => message.includes(deploymentId) || (at >= startedAt - 1_000 && telling.test(message)))
    .slice(0, mostEvents)
    .map(({ message }) => message);
}

const telling = /unable|unhealthy|failed|rolling back|throttled/;

function causeOf(ending: Ending, stopped: readonly ObservedTask[], events: readonly string[]): readonly string[] {
  if (ending.kind === 'superseded') return [`It was ${describeEnding(ending)}.`];
  const task = stopped[0];
  const known = task === undefined ? explainText(events.join('\n')) : explainStop(task);
  if (known === undefined) return [ending.kind === 'failed' ? ending.reason : `It was ${describeEnding(ending)}.`];
  return [known.cause, `${remedyMark}${known.remedy}`];
}

/** Of the newest task that has any: lines arrive late. Reading a log must not turn one failure into another. */
async function lastLines(
  aws: Aws,
  tasks: readonly ObservedTask[],
  { target, logGroup }: { target: Target; logGroup: string },
): Promise<readonly string[]> {
  try {
    for (const task of tasks) {
      const stream = logStreamOf(target.name, task.id);
      const lines = await readLastLines(aws, { group: logGroup, stream, count: mostLines });
      if (lines.length > 0) return lines;
    }
    return [];
  } catch {
    return [`(the log ${logGroup} could not be read)`];
  }
}
