import { clientError, clusterNotFound, serviceNotActive, serviceNotFound } from './errors.ts';
import { nameFromArn } from './names.ts';
import type { Cluster, Ecs, EcsService, Task, TaskDefinition } from './state.ts';

export function findCluster(ecs: Ecs, nameOrArn: string): Cluster {
  const cluster = ecs.clusters.get(nameFromArn(nameOrArn));
  if (cluster === undefined || (nameOrArn.startsWith('arn:') && cluster.arn !== nameOrArn)) throw clusterNotFound();
  return cluster;
}

export function findService(cluster: Cluster, nameOrArn: string): EcsService | undefined {
  const service = cluster.services.get(nameFromArn(nameOrArn));
  return service !== undefined && (!nameOrArn.startsWith('arn:') || service.arn === nameOrArn) ? service : undefined;
}

export function activeService(cluster: Cluster, nameOrArn: string): EcsService {
  const service = findService(cluster, nameOrArn);
  if (service === undefined) throw serviceNotFound();
  if (service.status !== 'ACTIVE') throw serviceNotActive();
  return service;
}

/** Stopped tasks stay for an hour, then they are unknown. */
const rememberedMs = 60 * 60 * 1000;

export function findTask(ecs: Ecs, cluster: Cluster, idOrArn: string): Task | undefined {
  const arn = idOrArn.startsWith('arn:') ? idOrArn : ecs.names.task(cluster.name, idOrArn);
  const task = ecs.tasks.get(arn);
  if (task === undefined || task.cluster !== cluster) return undefined;
  if (task.stoppedAt === undefined || ecs.cloud.clock.now() < task.stoppedAt + rememberedMs) return task;
  ecs.tasks.delete(arn);
  return undefined;
}

/** `family`, `family:revision` or an ARN; without a revision the latest ACTIVE one. */
export function findDefinition(ecs: Ecs, reference: string): TaskDefinition | undefined {
  const [familyName = '', revision] = nameFromArn(reference).split(':');
  const family = ecs.families.get(familyName);
  const definition = revision === undefined ? latestActive(family) : family?.revisions.get(Number(revision));
  return definition !== undefined && (!reference.startsWith('arn:') || definition.arn === reference)
    ? definition
    : undefined;
}

function latestActive(family: { readonly revisions: Map<number, TaskDefinition> } | undefined) {
  return [...(family?.revisions.values() ?? [])].findLast(({ status }) => status === 'ACTIVE');
}

/** A definition that new tasks and deployments may use. */
export function usableDefinition(ecs: Ecs, reference: string): TaskDefinition {
  const definition = findDefinition(ecs, reference);
  if (definition === undefined) throw clientError('TaskDefinition not found.');
  if (!definition.usable) throw clientError('TaskDefinition is inactive');
  return definition;
}
