import { z } from 'zod';
import { operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { conditionsOf, taggedOnCreation } from './authorization.ts';
import { nameFromArn } from './names.ts';
import { capacityProviderStrategy, request, tags } from './shapes.ts';
import type { Cluster, Ecs, Tags } from './state.ts';
import { page } from './answers.ts';

type ClusterDetails = Partial<Pick<Cluster, 'settings' | 'capacityProviders' | 'defaultCapacityProviderStrategy'>>;

/** Makes a cluster, or gives the one of that name: CreateCluster is idempotent. */
export function createCluster(ecs: Ecs, name: string, clusterTags: Tags, details: ClusterDetails = {}): Cluster {
  const existing = ecs.clusters.get(name);
  if (existing !== undefined) return existing;
  const cluster: Cluster = {
    name,
    arn: ecs.names.cluster(name),
    services: new Map(),
    settings: details.settings ?? [{ name: 'containerInsights', value: 'disabled' }],
    capacityProviders: details.capacityProviders ?? [],
    defaultCapacityProviderStrategy: details.defaultCapacityProviderStrategy ?? [],
    tags: clusterTags,
  };
  ecs.clusters.set(name, cluster);
  return cluster;
}

function describeCluster(ecs: Ecs, cluster: Cluster, include: readonly string[] = []) {
  const tasks = [...ecs.tasks.values()].filter((task) => task.cluster === cluster);
  const services = [...cluster.services.values()];
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: 'ACTIVE',
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(({ status }) => status === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ status }) => ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(status)).length,
    activeServicesCount: services.filter(({ status }) => status === 'ACTIVE').length,
    statistics: [],
    tags: include.includes('TAGS') ? cluster.tags : [],
    settings: include.includes('SETTINGS') ? cluster.settings : [],
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
  };
}

const settings = z.array(z.strictObject({ name: z.literal('containerInsights'), value: z.string() }));

const createClusterInput = request(
  {
    clusterName: z
      .string()
      .regex(/^[a-zA-Z0-9_-]{1,255}$/)
      .default('default'),
    tags,
    settings: settings.optional(),
    capacityProviders: z.array(z.enum(['FARGATE', 'FARGATE_SPOT'])).optional(),
    defaultCapacityProviderStrategy: capacityProviderStrategy.optional(),
  },
  ['configuration', 'serviceConnectDefaults'],
);

const include = z.array(z.enum(['ATTACHMENTS', 'CONFIGURATIONS', 'SETTINGS', 'STATISTICS', 'TAGS'])).optional();

export function clusterOperations(ecs: Ecs): Record<string, Operation> {
  return {
    CreateCluster: operation({
      input: createClusterInput,
      resources: ({ clusterName }) => [ecs.names.cluster(clusterName)],
      conditions: ({ tags: wanted, defaultCapacityProviderStrategy: strategy }) =>
        conditionsOf(ecs, { tags: wanted, capacityProviderStrategy: strategy }),
      dependents: ({ clusterName, tags: wanted }) =>
        taggedOnCreation('CreateCluster', ecs.names.cluster(clusterName), wanted),
      run: ({
        clusterName,
        tags: clusterTags,
        settings: wanted,
        capacityProviders,
        defaultCapacityProviderStrategy,
      }) => ({
        cluster: describeCluster(
          ecs,
          createCluster(ecs, clusterName, clusterTags, {
            ...(wanted === undefined ? {} : { settings: wanted }),
            ...(capacityProviders === undefined ? {} : { capacityProviders }),
            ...(defaultCapacityProviderStrategy === undefined ? {} : { defaultCapacityProviderStrategy }),
          }),
          ['TAGS', 'SETTINGS'],
        ),
      }),
    }),
    DescribeClusters: operation({
      input: request({ clusters: z.array(z.string()).max(100).default(['default']), include }),
      resources: ({ clusters }) => clusters.map((name) => ecs.names.cluster(nameFromArn(name))),
      run({ clusters, include: wanted }) {
        const found = clusters.map((name) => ({ name, cluster: ecs.clusters.get(nameFromArn(name)) }));
        return {
          clusters: found.flatMap(({ cluster }) => (cluster ? [describeCluster(ecs, cluster, wanted)] : [])),
          failures: found
            .filter(({ cluster }) => cluster === undefined)
            .map(({ name }) => ({ arn: ecs.names.cluster(nameFromArn(name)), reason: 'MISSING' })),
        };
      },
    }),
    ListClusters: operation({
      input: request({ maxResults: z.int().min(1).max(100).default(100), nextToken: z.string().optional() }),
      run(paging) {
        const { items, ...rest } = page([...ecs.clusters.values()], paging);
        return { clusterArns: items.map(({ arn }) => arn), ...rest };
      },
    }),
  };
}
