import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import type { ServiceModule } from '../../operation.ts';

/** Looser than AWS: what an Aurora cluster can be told and nobody here looks at (backups, parameter groups) passes. */
export const databaseClusterProperties = z.looseObject({
  DBClusterIdentifier: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  Engine: z.literal('aurora-postgresql'),
  DatabaseName: z.string(),
  MasterUsername: z.string(),
  MasterUserPassword: z.string(),
  Port: z.coerce.number().default(5432),
});

/** Aurora clusters as resources: an endpoint with a name. Whether something answers there is the task driver's affair. */
export function createRds(cloud: Cloud): ServiceModule<undefined> {
  const random = cloud.random('rds ids');
  return {
    services: [],
    state: undefined,
    resources: {
      'AWS::RDS::DBCluster': (properties) => {
        const { DBClusterIdentifier: name, Port } = databaseClusterProperties.parse(properties);
        const domain = `cluster-c${random.text(11, 'abcdefghijklmnopqrstuvwxyz0123456789')}.${cloud.region}.rds.amazonaws.com`;
        const attributes = {
          DBClusterArn: `arn:aws:rds:${cloud.region}:${cloud.account}:cluster:${name}`,
          'Endpoint.Address': `${name}.${domain}`,
          'Endpoint.Port': String(Port),
          'ReadEndpoint.Address': `${name}.${domain.replace('cluster-', 'cluster-ro-')}`,
        };
        return { ref: name, attributes };
      },
    },
  };
}
