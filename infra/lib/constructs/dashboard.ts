import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { clusterName } from '../../../lib/core/names.ts';
import type { Setting } from '../setting.ts';
import { cacheSize } from '../sizes.ts';
import { nodeNames, type Watched } from './standard-alarms.ts';

/**
 * One page of graphs. Services are found by a search in their cluster, so that one which comes or goes changes nothing
 * here. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, setting: Setting, { data, edge }: Watched) {
    super(scope, id);
    const { application, environment } = setting.whereabouts;
    const graphs = [
      ...serviceGraphs(clusterName(setting.whereabouts)),
      ...(edge === undefined ? [] : loadBalancerGraphs(edge.loadBalancer)),
      ...(data.database === undefined ? [] : databaseGraphs(data.database.cluster)),
      ...(data.cache === undefined
        ? []
        : cacheGraphs(nodeNames(data.cache.replicationGroup, cacheSize(setting.manifest).nodes))),
    ];
    const widgets = graphs.map((graph, index) => widget(graph, index, setting.region));
    new CfnDashboard(this, 'Dashboard', {
      dashboardName: `${application}-${environment}`,
      dashboardBody: Stack.of(this).toJsonString({ widgets }),
    });
  }
}

type Graph = { readonly title: string; readonly metrics: readonly unknown[]; readonly stat: string };

function widget({ title, metrics, stat }: Graph, index: number, region: string) {
  const [width, height] = [8, 6];
  const perRow = 24 / width;
  return {
    type: 'metric',
    x: (index % perRow) * width,
    y: Math.floor(index / perRow) * height,
    width,
    height,
    properties: { title, metrics, stat, region, period: 300, view: 'timeSeries', yAxis: { left: { min: 0 } } },
  };
}

function serviceGraphs(cluster: string): Graph[] {
  const search = (title: string, schema: string, metric: string, stat: string): Graph => {
    const expression = `SEARCH('{${schema}} MetricName="${metric}" ClusterName="${cluster}"', '${stat}', 300)`;
    return { title, metrics: [[{ expression, label: '' }]], stat };
  };
  const ecs = 'AWS/ECS,ClusterName,ServiceName';
  return [
    search('ECS CPU (%)', ecs, 'CPUUtilization', 'Average'),
    search('ECS memory (%)', ecs, 'MemoryUtilization', 'Average'),
    search('Running tasks', 'ECS/ContainerInsights,ClusterName,ServiceName', 'RunningTaskCount', 'Minimum'),
  ];
}

function loadBalancerGraphs(loadBalancer: string): Graph[] {
  const of = (metric: string, options: object = {}) => [
    'AWS/ApplicationELB',
    metric,
    'LoadBalancer',
    loadBalancer,
    options,
  ];
  const latency = ['p50', 'p95', 'p99'].map((stat) => of('TargetResponseTime', { stat, label: stat }));
  const answers = ['2XX', '4XX', '5XX'].map((kind) => of(`HTTPCode_Target_${kind}_Count`, { label: kind }));
  return [
    { title: 'ALB latency (s)', metrics: latency, stat: 'p95' },
    { title: 'Answers', metrics: answers, stat: 'Sum' },
    { title: 'Requests', metrics: [of('RequestCount')], stat: 'Sum' },
  ];
}

function databaseGraphs(cluster: string): Graph[] {
  const byRole = (metric: string) =>
    ['WRITER', 'READER'].map((role) => [
      'AWS/RDS',
      metric,
      'DBClusterIdentifier',
      cluster,
      'Role',
      role,
      { label: role },
    ]);
  return [
    { title: 'RDS connections', metrics: byRole('DatabaseConnections'), stat: 'Maximum' },
    { title: 'RDS CPU (%)', metrics: byRole('CPUUtilization'), stat: 'Average' },
    { title: 'RDS free memory (bytes)', metrics: byRole('FreeableMemory'), stat: 'Minimum' },
  ];
}

function cacheGraphs(nodes: readonly string[]): Graph[] {
  const ofNodes = (metric: string) => nodes.map((node) => ['AWS/ElastiCache', metric, 'CacheClusterId', node]);
  return [
    { title: 'Redis memory (%)', metrics: ofNodes('DatabaseMemoryUsagePercentage'), stat: 'Maximum' },
    { title: 'Redis CPU (%)', metrics: ofNodes('EngineCPUUtilization'), stat: 'Average' },
    { title: 'Redis connections', metrics: ofNodes('CurrConnections'), stat: 'Maximum' },
  ];
}
