import { describeTasks, listTasks, type ObservedTask } from '../../../lib/aws/ecs-tasks.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import type { Step } from '../../../lib/github/step.ts';
import { judgeTask } from './judge.ts';
import type { MigrationPlan } from './plan.ts';

export type SearchWorld = { readonly step: Pick<Step, 'log'>; readonly aws: Aws; readonly contract: Contract };

/** What an earlier attempt's task must show to be the same migration. */
export type Likeness = { readonly startedBy: string; readonly taskDefinition: string };

/**
 * The task that an earlier attempt of this very migration started, unless it is known to have failed: one that still
 * runs is followed, and one that has done its work is not run again. ECS forgets stopped tasks after an hour.
 */
export async function findEarlierTask(
  { service, definition }: MigrationPlan,
  { startedBy, taskDefinition }: Likeness,
  { aws, contract, step }: SearchWorld,
): Promise<ObservedTask | undefined> {
  const cluster = contract.cluster.name;
  const [running, stopped] = await Promise.all([
    listTasks(aws, cluster, { startedBy }),
    // ECS takes no other filter beside startedBy.
    listTasks(aws, cluster, { family: definition.family ?? '', desiredStatus: 'STOPPED' }),
  ]);
  const tasks = [...(await describeTasks(aws, cluster, [...running, ...stopped])).values()];
  const own = tasks.filter((task) => task.startedBy === startedBy);
  const unfinished = own.find(({ lastStatus }) => lastStatus !== 'STOPPED');
  if (unfinished !== undefined) {
    step.log.info(`${service}: an earlier attempt left this migration running; following ${unfinished.arn}`);
    return unfinished;
  }
  const essential = (definition.containerDefinitions ?? []).map(({ name }) => name ?? '');
  const done = own.find(
    (task) => task.taskDefinition === taskDefinition && judgeTask(task, essential).kind === 'succeeded',
  );
  if (done !== undefined) step.log.info(`${service}: an earlier attempt has run this migration already as ${done.arn}`);
  return done;
}
