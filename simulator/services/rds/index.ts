import { z } from 'zod';
import type { Cloud, Rds, ResourceProvider } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import type { ServiceModule } from '../../operation.ts';
import { rdsOperations } from './operations.ts';
import type { DatabaseCluster } from './state.ts';

/** Looser than AWS: what an Aurora cluster can be told and nobody here looks at (backups, parameter groups) passes. */
export const databaseClusterProperties = z.looseObject({
  DBClusterIdentifier: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  Engine: z.literal('aurora-postgresql'),
  DatabaseName: z.string(),
  MasterUsername: z.string(),
  MasterUserPassword: z.string(),
  Port: z.coerce.number().default(5432),
  DeletionProtection: z.boolean().default(false),
});

/** Aurora clusters: an endpoint with a name. Whether something answers there is the task driver's affair. */
export function createRds(cloud: Cloud): ServiceModule<Rds> {
  const clusters = new Map<string, DatabaseCluster>();
  return {
    services: [
      {
        name: 'rds',
        protocol: 'query',
        target: '2014-10-31',
        validationError: 'InvalidParameterValue',
        operations: rdsOperations(cloud, clusters),
      },
    ],
    state: { cluster: (identifier) => clusters.get(identifier) },
    resources: { 'AWS::RDS::DBCluster': clusterProvider(cloud, clusters) },
  };
}

function clusterProvider(cloud: Cloud, clusters: Map<string, DatabaseCluster>): ResourceProvider {
  const random = cloud.random('rds ids');
  return {
    nameProperty: 'DBClusterIdentifier',
    namesAre: { lowerCase: true, longest: 63 },
    fixed: ['DBClusterIdentifier', 'DatabaseName', 'Engine', 'MasterUsername', 'DBSubnetGroupName', 'StorageEncrypted'],
    create(properties) {
      const read = databaseClusterProperties.parse(properties);
      const { DBClusterIdentifier: identifier } = read;
      if (clusters.has(identifier))
        throw new AwsError('DBClusterAlreadyExistsFault', `DB Cluster already exists: ${identifier}`);
      const domain = `cluster-c${random.text(11, 'abcdefghijklmnopqrstuvwxyz0123456789')}.${cloud.region}.rds.amazonaws.com`;
      clusters.set(identifier, {
        identifier,
        arn: `arn:aws:rds:${cloud.region}:${cloud.account}:cluster:${identifier}`,
        host: `${identifier}.${domain}`,
        readerHost: `${identifier}.${domain.replace('cluster-', 'cluster-ro-')}`,
        port: read.Port,
        engine: read.Engine,
        database: read.DatabaseName,
        username: read.MasterUsername,
        deletionProtection: read.DeletionProtection,
      });
      return { ref: identifier, attributes: attributesOf(clusters.get(identifier)!) };
    },
    async update({ made, before, properties }) {
      const read = databaseClusterProperties.parse(properties);
      const cluster = clusters.get(made.ref)!;
      cluster.deletionProtection = read.DeletionProtection;
      if (before['MasterUserPassword'] !== read.MasterUserPassword)
        await cloud.driver.changePassword?.(cluster.host, read.MasterUserPassword);
      return made;
    },
    remove({ ref }) {
      if (clusters.get(ref)?.deletionProtection === true) {
        const message = 'Cannot delete protected Cluster, please disable deletion protection and try again.';
        throw new AwsError('InvalidParameterCombination', message);
      }
      clusters.delete(ref);
    },
  };
}

function attributesOf(cluster: DatabaseCluster): Record<string, string> {
  return {
    DBClusterArn: cluster.arn,
    DBClusterResourceId: `cluster-${cluster.identifier.toUpperCase()}`,
    'Endpoint.Address': cluster.host,
    'Endpoint.Port': String(cluster.port),
    'ReadEndpoint.Address': cluster.readerHost,
  };
}
