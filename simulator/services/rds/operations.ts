import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import type { DatabaseCluster } from './state.ts';

/** What a person does who rotates the password by hand, and what reading needs for it. */
export function rdsOperations(cloud: Cloud, clusters: ReadonlyMap<string, DatabaseCluster>): Record<string, Operation> {
  const require = (identifier: string) => {
    const cluster = clusters.get(identifier);
    if (cluster !== undefined) return cluster;
    throw new AwsError('DBClusterNotFoundFault', `DBCluster ${identifier} not found.`, { status: 404 });
  };
  const arnOf = (identifier: string) => `arn:aws:rds:${cloud.region}:${cloud.account}:cluster:${identifier}`;
  return {
    DescribeDBClusters: operation({
      input: z.strictObject({ DBClusterIdentifier: z.string().optional() }),
      resources: ({ DBClusterIdentifier }) => [arnOf(DBClusterIdentifier ?? '*')],
      run({ DBClusterIdentifier: identifier }) {
        const found = identifier === undefined ? [...clusters.values()] : [require(identifier)];
        return { DBClusters: found.map(describe) };
      },
    }),
    ModifyDBCluster: operation({
      input: z.strictObject({
        DBClusterIdentifier: z.string(),
        MasterUserPassword: z.string().regex(/^(?!.*[/@"])[ -~]{8,99}$/, 'not a password that RDS takes'),
        ApplyImmediately: z.enum(['true', 'false']).optional(),
      }),
      resources: ({ DBClusterIdentifier }) => [arnOf(DBClusterIdentifier)],
      secretMembers: ['MasterUserPassword'],
      async run({ DBClusterIdentifier, MasterUserPassword }) {
        const cluster = require(DBClusterIdentifier);
        await cloud.driver.changePassword?.(cluster.host, MasterUserPassword);
        return { DBCluster: describe(cluster) };
      },
    }),
  };
}

const describe = (cluster: DatabaseCluster) => ({
  DBClusterIdentifier: cluster.identifier,
  DBClusterArn: cluster.arn,
  Status: 'available',
  Engine: cluster.engine,
  DatabaseName: cluster.database,
  MasterUsername: cluster.username,
  Endpoint: cluster.host,
  ReaderEndpoint: cluster.readerHost,
  Port: cluster.port,
  DeletionProtection: cluster.deletionProtection,
});
