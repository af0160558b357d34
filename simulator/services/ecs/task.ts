import { propagated } from './task-tags.ts';
import type {
  Cluster,
  Deployment,
  Ecs,
  EcsService,
  Health,
  Tags,
  Task,
  TaskDefinition,
  TaskOverrides,
} from './state.ts';
import type { NetworkConfiguration } from './shapes.ts';

export type NewTask = {
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly network: NetworkConfiguration;
  readonly group: string;
  readonly startedBy?: string | undefined;
  readonly capacityProvider?: string | undefined;
  readonly overrides?: TaskOverrides;
  readonly executeCommand?: boolean;
  readonly tags?: Tags;
  readonly propagateTags?: string | undefined;
  readonly owner?: { readonly service: EcsService; readonly deployment: Deployment };
};

/** A task in PROVISIONING; nothing moves it yet. */
export function createTask(ecs: Ecs, wanted: NewTask): Task {
  const id = ecs.names.newTaskId();
  const task: Task = {
    arn: ecs.names.task(wanted.cluster.name, id),
    id,
    cluster: wanted.cluster,
    definition: wanted.definition,
    group: wanted.group,
    startedBy: wanted.startedBy,
    network: wanted.network,
    capacityProvider: wanted.capacityProvider,
    overrides: wanted.overrides ?? { containerOverrides: [] },
    executeCommand: wanted.executeCommand ?? false,
    createdAt: ecs.cloud.clock.now(),
    ...placeOf(ecs, wanted),
    owner: wanted.owner,
    containers: wanted.definition.containerDefinitions.map((definition) => ({
      definition,
      arn: ecs.names.container(wanted.cluster.name, id),
      status: 'PENDING',
      health: 'UNKNOWN',
      onEnd: [],
    })),
    tags: propagated(wanted),
    status: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    running: undefined,
    launch: undefined,
    provenHealthy: false,
    matured: false,
    inGrace: false,
    condemned: undefined,
    leaving: undefined,
  };
  ecs.tasks.set(task.arn, task);
  return task;
}

/** Tasks of a service are spread over its subnets, each of which is in a zone of its own. */
function placeOf(ecs: Ecs, { network, owner }: NewTask) {
  const { subnets } = network.awsvpcConfiguration;
  const at = (owner?.service.tasks.size ?? 0) % subnets.length;
  return { subnet: subnets[at]!, availabilityZone: `${ecs.cloud.region}${'abcdef'[at % 6]}` };
}

/** Of the essential containers that have a check. */
export function healthOf(task: Task): Health {
  const checked = task.containers.filter(({ definition }) => definition.essential && hasHealthCheck(definition));
  if (checked.some(({ health }) => health === 'UNHEALTHY')) return 'UNHEALTHY';
  return checked.length > 0 && checked.every(({ health }) => health === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}

export function hasHealthCheck({ healthCheck }: { healthCheck?: { command: readonly string[] } | undefined }): boolean {
  return healthCheck !== undefined && healthCheck.command[0] !== 'NONE';
}

/** Says that a task changed, to whoever watches. */
export function taskChanged(ecs: Ecs, task: Task): void {
  for (const listener of ecs.onTaskChange) listener(task);
}

export const roleOf = (task: Task) => task.overrides.taskRoleArn ?? task.definition.taskRoleArn;
export const executionRoleOf = (task: Task) => task.overrides.executionRoleArn ?? task.definition.executionRoleArn;
