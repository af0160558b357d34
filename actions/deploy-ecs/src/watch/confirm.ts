import { describeServiceDeployments } from '../../../../lib/aws/ecs-deployments.ts';
import type { ObservedService } from '../../../../lib/aws/ecs-services.ts';
import { describeTasks, listTasks, type ObservedTask } from '../../../../lib/aws/ecs-tasks.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { Target } from './target.ts';

export type Candidate = { readonly target: Target; readonly service: ObservedService };

/**
 * Of the services that look complete, those that a second read of another kind agrees about: every running task is of
 * our revision and image, and ECS's own record of the rollout, where there is one, calls it successful.
 */
export async function confirmCompletion(
  candidates: readonly Candidate[],
  { aws, cluster }: { aws: Aws; cluster: string },
): Promise<readonly Candidate[]> {
  if (candidates.length === 0) return [];
  const records = candidates.flatMap(({ target }) => target.serviceDeployment ?? []);
  const [tasks, deployments] = await Promise.all([
    runningTasks(aws, cluster),
    describeServiceDeployments(aws, records),
  ]);
  return candidates.filter((candidate) => {
    const record = deployments.get(candidate.target.serviceDeployment ?? '');
    return areOurs(tasks, candidate) && (record === undefined || record.status === 'SUCCESSFUL');
  });
}

/** Listed once for the whole cluster, however many services have just become complete. */
async function runningTasks(aws: Aws, cluster: string): Promise<readonly ObservedTask[]> {
  const arns = await listTasks(aws, cluster, { desiredStatus: 'RUNNING' });
  return [...(await describeTasks(aws, cluster, arns)).values()];
}

function areOurs(tasks: readonly ObservedTask[], { target, service }: Candidate): boolean {
  const own = tasks.filter(({ group }) => group === `service:${target.ecsName}`);
  const running = own.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  return running.length === service.desired && own.every((task) => runsOurs(task, target));
}

function runsOurs(task: ObservedTask, { taskDefinition, digests }: Target): boolean {
  if (task.taskDefinition !== taskDefinition) return false;
  if (digests.length === 0) return true;
  return task.containers.every(({ imageDigest }) => imageDigest === undefined || digests.includes(imageDigest));
}
