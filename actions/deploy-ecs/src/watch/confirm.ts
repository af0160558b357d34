import type { ServiceDeployment } from '../../../../lib/aws/ecs-deployments.ts';
import { describeServiceDeployments } from '../../../../lib/aws/ecs-deployments.ts';
import type { ObservedService } from '../../../../lib/aws/ecs-services.ts';
import { describeTasks, listTasks, type ObservedTask } from '../../../../lib/aws/ecs-tasks.ts';
import type { SendOptions } from '../../../../lib/aws/session.ts';
import { patientRead } from './patient-read.ts';
import type { Target } from './target.ts';
import type { WatchWorld } from './world.ts';

/** A target that looks complete, with so many tasks of ours at least. */
export type Candidate = { readonly target: Target; readonly service: ObservedService; readonly needed: number };

/**
 * Of the services that look complete, those that a second read of another kind agrees about: every running task is of
 * our deployment, revision and image, and ECS's own record of the rollout, where there is one, calls it successful.
 */
export async function confirmCompletion(
  candidates: readonly Candidate[],
  world: WatchWorld,
): Promise<readonly Candidate[]> {
  if (candidates.length === 0) return [];
  const { aws, cluster } = world;
  const arns = candidates.flatMap(({ target }) => target.serviceDeployment ?? []);
  const seen = await patientRead(
    (options) => Promise.all([runningTasks(aws, cluster, options), describeServiceDeployments(aws, arns, options)]),
    world,
  );
  if (seen === undefined) return [];
  const [tasks, records] = seen;
  return candidates.filter(
    (candidate) => areOurs(tasks, candidate) && isSuccessful(records.get(candidate.target.serviceDeployment ?? '')),
  );
}

/** Listed once for the whole cluster, however many services have just become complete. */
async function runningTasks(
  aws: WatchWorld['aws'],
  cluster: string,
  options: SendOptions,
): Promise<readonly ObservedTask[]> {
  const arns = await listTasks(aws, cluster, { desiredStatus: 'RUNNING' }, options);
  return [...(await describeTasks(aws, cluster, arns, options)).values()];
}

/** A record that is gone, or was never told, says nothing. */
function isSuccessful(record: ServiceDeployment | undefined): boolean {
  return record === undefined || record.status === 'SUCCESSFUL';
}

/** Old tasks may stay only where the service has ECS clean up later. */
function areOurs(tasks: readonly ObservedTask[], { target, service, needed }: Candidate): boolean {
  const own = tasks.filter(({ group }) => group === `service:${target.ecsName}`);
  const ours = own.filter(({ startedBy }) => startedBy === target.deploymentId);
  const running = ours.filter(({ lastStatus }) => lastStatus === 'RUNNING');
  const mayLinger = service.rules.earlySuccess?.cleanUp === 'DEFERRED';
  return (
    running.length >= needed &&
    ours.every((task) => runsOurs(task, target)) &&
    (mayLinger || own.length === ours.length)
  );
}

function runsOurs(task: ObservedTask, { name, container, taskDefinition, digests }: Target): boolean {
  if (task.taskDefinition !== taskDefinition) return false;
  if (digests.length === 0) return true;
  const main = task.containers.find((one) => one.name === (container ?? name)) ?? task.containers[0];
  return main?.imageDigest === undefined || digests.includes(main.imageDigest);
}
