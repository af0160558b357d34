import { describeTasks, listTasks, type ObservedTask } from '../../../../lib/aws/ecs-tasks.ts';
import type { SendOptions } from '../../../../lib/aws/session.ts';
import type { Target } from './target.ts';
import type { WatchWorld } from './world.ts';

/** Tasks of our deployment that have ended by themselves, newest first. ECS remembers them for about an hour. */
export async function readCrashes(
  { ecsName, deploymentId }: Target,
  { aws, cluster }: Pick<WatchWorld, 'aws' | 'cluster'>,
  options?: SendOptions,
): Promise<readonly ObservedTask[]> {
  const arns = await listTasks(aws, cluster, { service: ecsName, desiredStatus: 'STOPPED' }, options);
  const tasks = [...(await describeTasks(aws, cluster, arns, options)).values()];
  return tasks
    .filter((task) => task.startedBy === deploymentId && hasCrashed(task))
    .sort((one, other) => (other.stoppedAt ?? 0) - (one.stoppedAt ?? 0));
}

/** Of its own doing: not by scaling, not by a person, and not because Spot or maintenance took the machine away. */
function hasCrashed({ stopCode, stoppedReason }: ObservedTask): boolean {
  if (stopCode === 'EssentialContainerExited' || stopCode === 'TaskFailedToStart') return true;
  return /failed (container|ELB) health checks/i.test(stoppedReason ?? '');
}
