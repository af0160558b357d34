import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Service } from '../../../lib/core/manifest/model.ts';
import { clusterName, ecsServiceName, logGroupName } from '../../../lib/core/names.ts';
import type { Setting } from '../setting.ts';
import { addAlarm } from './alarm.ts';
import { alarmTopicArn } from './alarm-topic.ts';

/** Where the load balancer counts healthy tasks: names as metrics spell them. */
export type Targets = { readonly targetGroup: string; readonly loadBalancer: string };

/**
 * Nobody is left to answer: no healthy task behind the load balancer. It looks only while ECS wants tasks, which it does
 * from the first deploy on; then silence is as bad as zero, since a group without tasks has no metric at all.
 */
export function addHealthyHostsAlarm(scope: Construct, setting: Setting, service: Service, targets: Targets): void {
  const { application, environment } = setting.whereabouts;
  const balancer = { TargetGroup: targets.targetGroup, LoadBalancer: targets.loadBalancer };
  const insights = dimensionsOf(setting, service);
  new CfnAlarm(scope, 'Alarm', {
    alarmName: `${application}-${environment}-${service.name}-healthy-hosts`,
    alarmDescription: whatToDo('has had no healthy task for three minutes: people get errors', setting, service),
    metrics: [
      metric('healthy', 'AWS/ApplicationELB', 'HealthyHostCount', 'Minimum', balancer),
      metric('wanted', 'ECS/ContainerInsights', 'DesiredTaskCount', 'Maximum', insights),
      { id: 'left', expression: 'IF(wanted > 0, FILL(healthy, 0), 1)', label: 'HealthyHostCount', returnData: true },
    ],
    comparisonOperator: 'LessThanThreshold',
    threshold: 1,
    evaluationPeriods: 3,
    treatMissingData: 'notBreaching',
    alarmActions: [alarmTopicArn(setting)],
    okActions: [alarmTopicArn(setting)],
  });
}

/** No task runs of a service without load balancer. Container Insights counts from the first deploy on, before it is silent. */
export function addRunningTasksAlarm(scope: Construct, setting: Setting, service: Service): void {
  const { min } = service.scaling ?? { min: service.desiredCount };
  // A service that may be at rest gives no alarm by being so.
  if (min < 1) return;
  addAlarm(scope, 'Alarm', setting, {
    name: `${service.name}-running-tasks`,
    description: whatToDo(
      'has had no running task for three minutes: who calls it fails, or work waits',
      setting,
      service,
    ),
    namespace: 'ECS/ContainerInsights',
    metric: 'RunningTaskCount',
    dimensions: dimensionsOf(setting, service),
    statistic: 'Minimum',
    comparison: 'below',
    threshold: 1,
    periodSeconds: 60,
    periods: 3,
  });
}

function whatToDo(trouble: string, { whereabouts }: Setting, { name }: Service): string {
  return `${name} ${trouble}. Run deploy.yml with operation \`status\`: it says what runs and why tasks stopped. Their last words are in ${logGroupName(whereabouts, name)}. If a release came shortly before: operation \`rollback\`.`;
}

function dimensionsOf({ whereabouts }: Setting, { name }: Service) {
  return { ClusterName: clusterName(whereabouts), ServiceName: ecsServiceName(whereabouts.application, name) };
}

type Dimensions = Readonly<Record<string, string>>;

function metric(id: string, namespace: string, metricName: string, stat: string, dimensions: Dimensions) {
  const named = Object.entries(dimensions).map(([name, value]) => ({ name, value }));
  return {
    id,
    metricStat: { metric: { namespace, metricName, dimensions: named }, period: 60, stat },
    returnData: false,
  };
}
