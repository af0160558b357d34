import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Setting } from '../setting.ts';
import { alarmTopicArn } from './alarm-topic.ts';

/** One number that CloudWatch keeps, and when it is bad for how long. */
export type AlarmProps = {
  /** What comes after `<application>-<environment>-`. */
  readonly name: string;
  /** What it means and what to do: the mail that wakes someone says nothing else. */
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `Average`, `Sum`, `Minimum`, or a percentile such as `p95`. */
  readonly statistic: string;
  readonly comparison: 'above' | 'below';
  readonly threshold: number;
  readonly periodSeconds: number;
  /** So many periods are looked at, and so many of them must be bad. */
  readonly periods: number;
  readonly badPeriods?: number;
  /** What silence means; default: nothing bad. */
  readonly missing?: 'breaching' | 'notBreaching' | 'ignore';
};

/** An alarm that is sent to the environment's topic, and its end too. */
export function addAlarm(scope: Construct, id: string, setting: Setting, alarm: AlarmProps): CfnAlarm {
  const { application, environment } = setting.whereabouts;
  const isPercentile = alarm.statistic.startsWith('p');
  return new CfnAlarm(scope, id, {
    alarmName: `${application}-${environment}-${alarm.name}`,
    alarmDescription: alarm.description,
    namespace: alarm.namespace,
    metricName: alarm.metric,
    dimensions: Object.entries(alarm.dimensions).map(([name, value]) => ({ name, value })),
    ...(isPercentile
      ? // A percentile of three requests says nothing.
        { extendedStatistic: alarm.statistic, evaluateLowSampleCountPercentile: 'ignore' }
      : { statistic: alarm.statistic }),
    comparisonOperator: alarm.comparison === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
    threshold: alarm.threshold,
    period: alarm.periodSeconds,
    evaluationPeriods: alarm.periods,
    datapointsToAlarm: alarm.badPeriods ?? alarm.periods,
    treatMissingData: alarm.missing ?? 'notBreaching',
    alarmActions: [alarmTopicArn(setting)],
    okActions: [alarmTopicArn(setting)],
  });
}
