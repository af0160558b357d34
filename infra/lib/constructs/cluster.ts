import { CfnCluster } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { clusterName, type Whereabouts } from '../../../lib/core/names.ts';

/** What services may run on; which of it one uses is its own (`spot`). */
export const capacityProviders = ['FARGATE', 'FARGATE_SPOT'];

/** Where services run, with Container Insights, by which alarms know how many tasks run. */
export function addCluster(scope: Construct, whereabouts: Whereabouts): CfnCluster {
  return new CfnCluster(scope, 'Cluster', {
    clusterName: clusterName(whereabouts),
    clusterSettings: [{ name: 'containerInsights', value: 'enabled' }],
    capacityProviders,
    defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
  });
}
