import { DescribeClustersCommand } from '@aws-sdk/client-ecs';
import { ecs } from './ecs-client.ts';
import type { Aws } from './session.ts';

export type Cluster = {
  /** ACTIVE, PROVISIONING, DEPROVISIONING, FAILED or INACTIVE. */
  readonly status: string;
  readonly capacityProviders: readonly string[];
};

/** Undefined when the account has no cluster of this name. */
export async function findCluster(aws: Aws, name: string): Promise<Cluster | undefined> {
  const { clusters = [] } = await aws.send(ecs(aws), new DescribeClustersCommand({ clusters: [name] }));
  return clusters.map(({ status = '', capacityProviders = [] }) => ({ status, capacityProviders }))[0];
}
