import { Construct } from 'constructs';
import type { Data, Edge } from '../handed.ts';
import type { Setting } from '../setting.ts';
import { cacheSize, databaseSize } from '../sizes.ts';
import { addAlarm, type AlarmProps } from './alarm.ts';

export type Watched = { readonly data: Data; readonly edge: Edge | undefined };

/** Alarms of what all services share; those of single services are in the platform stack. All are quiet before the first deploy. */
export class StandardAlarms extends Construct {
  constructor(scope: Construct, id: string, setting: Setting, { data, edge }: Watched) {
    super(scope, id);
    const { instanceClass } = databaseSize(setting.manifest);
    const { nodes } = cacheSize(setting.manifest);
    const alarms = [
      ...(data.database === undefined ? [] : databaseAlarms(data.database.cluster, instanceClass)),
      ...(data.cache === undefined ? [] : nodeNames(data.cache.replicationGroup, nodes).map(cacheAlarm)),
      ...(edge === undefined ? [] : loadBalancerAlarms(edge.loadBalancer)),
    ];
    for (const alarm of alarms) addAlarm(this, alarm.name, setting, alarm);
  }
}

/** Nodes of a replication group, as ElastiCache names them. */
export function nodeNames(replicationGroup: string, nodes: number): string[] {
  return Array.from({ length: nodes }, (_, index) => `${replicationGroup}-${String(index + 1).padStart(3, '0')}`);
}

function databaseAlarms(cluster: string, instanceClass: string): AlarmProps[] {
  // Without the role it would be the mean of a busy writer and an idle reader.
  const writer = { namespace: 'AWS/RDS', dimensions: { DBClusterIdentifier: cluster, Role: 'WRITER' } };
  const cpu: AlarmProps = {
    ...writer,
    name: 'database-cpu',
    description: `The database's writer has used more than 80 % of its CPU for 15 minutes. Look for the statements that cost most in Performance Insights of ${cluster}; if they are right as they are, choose a larger \`database.instance-class\` in slipway.yml.`,
    metric: 'CPUUtilization',
    statistic: 'Average',
    comparison: 'above',
    threshold: 80,
    periodSeconds: 300,
    periods: 3,
  };
  return instanceClass.startsWith('db.t') ? [cpu, creditAlarm(writer)] : [cpu];
}

/** A new instance starts without credits and earns 24 an hour: three hours are longer than it needs. */
function creditAlarm(writer: Pick<AlarmProps, 'namespace' | 'dimensions'>): AlarmProps {
  return {
    ...writer,
    name: 'database-cpu-credits',
    description:
      "The database's writer has had next to no CPU credits for three hours: from here every further minute above its share is billed. If this is its normal load, choose a larger or a non-burstable `database.instance-class` in slipway.yml.",
    metric: 'CPUCreditBalance',
    statistic: 'Minimum',
    comparison: 'below',
    threshold: 20,
    periodSeconds: 900,
    periods: 12,
  };
}

function cacheAlarm(node: string): AlarmProps {
  return {
    name: `cache-cpu-${node.slice(-3)}`,
    description: `Redis on ${node} has used more than 80 % of its one thread for 15 minutes; queues and messages are about to lag. Look at SlowLog and at commands over whole key spaces; if they are right as they are, choose a larger \`cache.node-type\` in slipway.yml.`,
    namespace: 'AWS/ElastiCache',
    metric: 'EngineCPUUtilization',
    dimensions: { CacheClusterId: node },
    statistic: 'Average',
    comparison: 'above',
    threshold: 80,
    periodSeconds: 300,
    periods: 3,
  };
}

function loadBalancerAlarms(loadBalancer: string): AlarmProps[] {
  const balancer = { namespace: 'AWS/ApplicationELB', dimensions: { LoadBalancer: loadBalancer }, periodSeconds: 60 };
  return [
    {
      ...balancer,
      name: 'latency',
      description:
        'One in twenty requests has waited more than 2 s for its answer, in three of the last five minutes. See the dashboard: is it the database, the cache, or a service at its limit of CPU? A release of the last hour is the first suspect: deploy.yml, operation `rollback`.',
      metric: 'TargetResponseTime',
      statistic: 'p95',
      comparison: 'above',
      threshold: 2,
      periods: 5,
      badPeriods: 3,
    },
    {
      ...balancer,
      name: 'errors',
      description:
        'Services have answered more than 10 requests of the last minute with a 5xx. Read the logs of gateway and web around this time; if a release came shortly before: deploy.yml, operation `rollback`.',
      metric: 'HTTPCode_Target_5XX_Count',
      statistic: 'Sum',
      comparison: 'above',
      threshold: 10,
      periods: 1,
    },
  ];
}
