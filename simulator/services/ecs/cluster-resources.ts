import { z } from 'zod';
import type { ResourceProperties, ResourceProvider } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { createCluster } from './cluster-operations.ts';
import type { Cluster, Ecs } from './state.ts';

const providers = z.array(z.enum(['FARGATE', 'FARGATE_SPOT']));
const strategy = z.array(
  z.strictObject({
    CapacityProvider: z.enum(['FARGATE', 'FARGATE_SPOT']),
    Weight: z.coerce.number().int().default(0),
    Base: z.coerce.number().int().default(0),
  }),
);

const clusterProperties = z.looseObject({
  ClusterName: z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/),
  CapacityProviders: providers.default([]),
  DefaultCapacityProviderStrategy: strategy.default([]),
  ClusterSettings: z
    .array(z.strictObject({ Name: z.literal('containerInsights'), Value: z.string() }))
    .default([{ Name: 'containerInsights', Value: 'disabled' }]),
});

const associationProperties = z.strictObject({
  Cluster: z.string(),
  CapacityProviders: providers,
  DefaultCapacityProviderStrategy: strategy,
});

/** `AWS::ECS::Cluster`, and which capacity it has. */
export function clusterResources(ecs: Ecs): Record<`AWS::${string}`, ResourceProvider> {
  return {
    'AWS::ECS::Cluster': clusterProvider(ecs),
    'AWS::ECS::ClusterCapacityProviderAssociations': associationProvider(ecs),
  };
}

function clusterProvider(ecs: Ecs): ResourceProvider {
  return {
    nameProperty: 'ClusterName',
    fixed: ['ClusterName'],
    create(properties) {
      const { name, details } = readCluster(properties);
      if (ecs.clusters.has(name)) throw new AwsError('AlreadyExists', `The cluster ${name} already exists.`);
      const { arn } = createCluster(ecs, name, [], details);
      return { ref: name, attributes: { Arn: arn } };
    },
    update({ made, properties }) {
      const { capacityProviders: named, ...details } = readCluster(properties).details;
      const associated = named.length === 0 ? {} : { capacityProviders: named };
      Object.assign(requireCluster(ecs, made.ref), details, associated);
      return made;
    },
    remove({ ref }) {
      const active = [...requireCluster(ecs, ref).services.values()].filter(({ status }) => status !== 'INACTIVE');
      if (active.length > 0)
        throw new AwsError(
          'ClusterContainsServicesException',
          'The Cluster cannot be deleted while Services are active.',
        );
      ecs.clusters.delete(ref);
    },
  };
}

function associationProvider(ecs: Ecs): ResourceProvider {
  const associate = (properties: ResourceProperties) => {
    const read = associationProperties.parse(properties);
    Object.assign(requireCluster(ecs, read.Cluster), {
      capacityProviders: read.CapacityProviders,
      defaultCapacityProviderStrategy: inEcsWords(read.DefaultCapacityProviderStrategy),
    });
    return { ref: read.Cluster, attributes: {} };
  };
  return {
    fixed: ['Cluster'],
    create: associate,
    update: ({ properties }) => associate(properties),
    remove({ ref }) {
      const cluster = ecs.clusters.get(ref);
      if (cluster !== undefined) Object.assign(cluster, { capacityProviders: [], defaultCapacityProviderStrategy: [] });
    },
  };
}

function readCluster(properties: ResourceProperties) {
  const { ClusterName, ClusterSettings, ...read } = clusterProperties.parse(properties);
  const details = {
    settings: ClusterSettings.map(({ Name, Value }) => ({ name: Name, value: Value })),
    capacityProviders: read.CapacityProviders,
    defaultCapacityProviderStrategy: inEcsWords(read.DefaultCapacityProviderStrategy),
  };
  return { name: ClusterName, details };
}

const inEcsWords = (items: z.output<typeof strategy>) =>
  items.map(({ CapacityProvider, Weight, Base }) => ({
    capacityProvider: CapacityProvider,
    weight: Weight,
    base: Base,
  }));

function requireCluster(ecs: Ecs, name: string): Cluster {
  const cluster = ecs.clusters.get(name);
  if (cluster === undefined) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return cluster;
}
