import type { ServiceTruth, TaskTruth } from '../../cloud.ts';
import type { Ecs, EcsService, Task } from './state.ts';
import { healthOf } from './task.ts';

/** What really runs, past every lag and every answer. */
export function serviceTruths(ecs: Ecs): readonly ServiceTruth[] {
  return [...ecs.clusters.values()].flatMap((cluster) =>
    [...cluster.services.values()].filter(({ status }) => status === 'ACTIVE').map((service) => serviceTruth(service)),
  );
}

export function taskTruth(ecs: Ecs, arn: string): TaskTruth | undefined {
  const task = ecs.tasks.get(arn);
  if (task === undefined) return undefined;
  const essential = task.containers.filter(({ definition }) => definition.essential);
  return { lastStatus: task.status, exitCodes: essential.map(({ exitCode }) => exitCode) };
}

function serviceTruth(service: EcsService): ServiceTruth {
  const primary = service.deployments[0];
  const running = [...service.tasks].filter(({ status }) => status === 'RUNNING');
  const completedEarly =
    primary?.rolloutState === 'COMPLETED' &&
    service.configuration.earlySuccessCriteria?.enable === true &&
    !service.steady;
  const released = completedEarly ? running.filter(({ owner }) => owner?.deployment === primary) : running;
  return {
    cluster: service.cluster.name,
    service: service.name,
    taskDefinition: service.target.definition.arn,
    deploymentId: primary?.id ?? '',
    rolloutState: primary?.rolloutState,
    desired: service.desiredCount,
    running: running.length,
    runningDigests: [...new Set(released.flatMap(digestsOf))].sort(),
    completedEarly,
    deployments: service.deployments.length,
    tasks: [...service.tasks].map((task) => ({
      id: task.id,
      lastStatus: task.status,
      health: progressWord(task),
      taskDefinition: task.definition.arn,
    })),
  };
}

const digestsOf = (task: Task) =>
  task.containers
    .filter(({ definition }) => definition.essential)
    .flatMap(({ imageDigest }) => (imageDigest === undefined ? [] : [imageDigest]));

/** One word for a progress line. */
function progressWord(task: Task): string {
  if (task.desiredStatus === 'STOPPED') return 'draining';
  if (task.status === 'PROVISIONING') return 'pending';
  if (task.status !== 'RUNNING') return 'starting';
  if (task.condemned !== undefined || healthOf(task) === 'UNHEALTHY') return 'unhealthy';
  return task.provenHealthy || healthOf(task) === 'HEALTHY' ? 'healthy' : 'running';
}
