import { describe, expect, test } from '@jest/globals';
import { alone } from './alone.ts';
import { allOf, onlyOf, resources } from './resources.ts';

const monitoring = alone.monitoring();
const topic = 'arn:aws:sns:eu-west-1:111122223333:smartboard-prod-alarms';
const alarm = (name: string, template = monitoring) =>
  allOf(template, 'AWS::CloudWatch::Alarm').find((each) => each['AlarmName'] === `smartboard-prod-${name}`);
const dimensions = (name: string) =>
  Object.fromEntries(alarm(name)!['Dimensions'].map(({ Name, Value }: Record<string, string>) => [Name, Value]));

describe('12. Monitoring', () => {
  test('RDS `CPUUtilization > 80%` → SNS alert, of the writer alone', () => {
    expect(alarm('database-cpu')).toMatchObject({
      Namespace: 'AWS/RDS',
      MetricName: 'CPUUtilization',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 80,
      AlarmActions: [topic],
    });
    expect(dimensions('database-cpu')).toEqual({ DBClusterIdentifier: 'smartboard-prod', Role: 'WRITER' });
  });

  test('RDS CPU credits, of the classes that have them', () => {
    const credits = { MetricName: 'CPUCreditBalance', ComparisonOperator: 'LessThanThreshold' };
    expect(alarm('database-cpu-credits')).toMatchObject(credits);
    expect(alarm('database-cpu-credits', alone.monitoring([['db.t4g.medium', 'db.r7g.large']]))).toBeUndefined();
  });

  test('A database that was made an hour ago has few credits, and that is no alarm', () => {
    const { Period, EvaluationPeriods, DatapointsToAlarm } = alarm('database-cpu-credits')!;
    expect(DatapointsToAlarm).toBe(EvaluationPeriods);
    expect(Period * EvaluationPeriods).toBe(3 * 3600);
  });

  test('ElastiCache `EngineCPUUtilization > 80%` → SNS alert, of every node', () => {
    expect(alarm('cache-cpu-001')).toMatchObject({ MetricName: 'EngineCPUUtilization', Threshold: 80 });
    expect(dimensions('cache-cpu-001')).toEqual({ CacheClusterId: 'smartboard-prod-001' });
    expect(alarm('cache-cpu-002')).toBeUndefined();
    expect(alarm('cache-cpu-002', alone.monitoring([['nodes: 1', 'nodes: 2']]))).toBeDefined();
  });

  test('ALB `TargetResponseTime > 2s` → SNS alert', () => {
    const slow = { MetricName: 'TargetResponseTime', ExtendedStatistic: 'p95', Threshold: 2, AlarmActions: [topic] };
    expect(alarm('latency')).toMatchObject(slow);
    expect(dimensions('latency')).toEqual({ LoadBalancer: 'app/smartboard-prod/0123456789abcdef' });
  });

  test('ALB `HTTPCode_Target_5XX_Count > 10/min` → SNS alert', () => {
    expect(alarm('errors')).toMatchObject({
      MetricName: 'HTTPCode_Target_5XX_Count',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 10,
      AlarmActions: [topic],
    });
  });

  test('No alarm cries before the first deploy: silence means nothing bad', () => {
    const alarms = allOf(monitoring, 'AWS::CloudWatch::Alarm');
    expect(alarms.map((each) => each['TreatMissingData'])).toEqual(Array(5).fill('notBreaching'));
  });

  test('Every alarm says what to do, and tells when it is over', () => {
    for (const { AlarmDescription, OKActions } of allOf(monitoring, 'AWS::CloudWatch::Alarm')) {
      expect(AlarmDescription).toMatch(/Look|choose|Read|See/);
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
      expect(OKActions).toEqual([topic]);
    }
  });

  test('CloudWatch Dashboard: ECS CPU/memory, RDS connections, Redis memory, ALB latency', () => {
    const titles = widgetsOf(monitoring).map(({ properties }) => properties.title);
    expect(titles).toEqual(
      expect.arrayContaining([
        'ECS CPU (%)',
        'ECS memory (%)',
        'RDS connections',
        'Redis memory (%)',
        'ALB latency (s)',
      ]),
    );
  });

  test('The dashboard has no two widgets in one place, and needs no change when a service comes or goes', () => {
    const places = widgetsOf(monitoring).map(({ x, y }) => `${x},${y}`);
    expect(new Set(places).size).toBe(places.length);
    expect(onlyOf(monitoring, 'AWS::CloudWatch::Dashboard')['DashboardBody']).not.toContain('svc-');
  });

  test('What a manifest has not is neither watched nor drawn', () => {
    const bare = alone.monitoring(
      [
        [/^database:\n( {2}.*\n)+/m, ''],
        [/^ +DATABASE_URL.*\n +template: .*\n/gm, ''],
        [/^cache:\n( {2}.*\n)+/m, ''],
        [/^ +REDIS_URL.*\n/gm, ''],
      ],
      { edge: null },
    );
    expect(allOf(bare, 'AWS::CloudWatch::Alarm')).toEqual([]);
    expect(widgetsOf(bare)).toHaveLength(3);
  });
});

describe('Who hears of alarms', () => {
  test('The topic is called as the alarms of all stacks call it, and takes them over TLS only', () => {
    expect(onlyOf(monitoring, 'AWS::SNS::Topic')).toEqual({ TopicName: 'smartboard-prod-alarms' });
    const { Statement } = onlyOf(monitoring, 'AWS::SNS::TopicPolicy')['PolicyDocument'];
    expect(Statement).toMatchObject([
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
      },
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });

  test('It is encrypted only with a key that lets CloudWatch use it: with that of AWS alarms would be dropped', () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000000';
    expect(onlyOf(alone.monitoring([], { key }), 'AWS::SNS::Topic')['KmsMasterKeyId']).toBe(key);
  });

  test('Each address of the manifest is written to', () => {
    const told = alone.monitoring([
      ['nat: per-az', 'nat: per-az\n    alarms: { email: [a@example.com, b@example.com] }'],
    ]);
    const subscriptions = allOf(told, 'AWS::SNS::Subscription');
    expect(subscriptions).toMatchObject([
      { Protocol: 'email', Endpoint: 'a@example.com' },
      { Protocol: 'email', Endpoint: 'b@example.com' },
    ]);
    expect(allOf(monitoring, 'AWS::SNS::Subscription')).toEqual([]);
  });

  test('Without alarms there is no topic, and still a dashboard', () => {
    const quiet = alone.monitoring([['nat: per-az', 'nat: per-az\n    alarms: { enabled: false }']]);
    const types = ['AWS::CloudWatch::Alarm', 'AWS::SNS::Topic', 'AWS::CloudWatch::Dashboard'];
    expect(types.map((type) => allOf(quiet, type).length)).toEqual([0, 0, 1]);
  });
});

describe('The hash', () => {
  test('It is published with the commit, after everything else of the last stack', () => {
    const [[id, parameter] = []] = resources(monitoring, 'AWS::SSM::Parameter');
    expect(parameter).toEqual({
      Name: '/smartboard/prod/infra/hash',
      Type: 'String',
      Value: '{"hash":"h","commit":"c"}',
    });
    const all = Object.keys(monitoring.toJSON()['Resources']).filter((other) => other !== id);
    expect(monitoring.toJSON()['Resources'][id!].DependsOn.toSorted()).toEqual(all.toSorted());
  });
});

type Widget = { readonly x: number; readonly y: number; readonly properties: { readonly title: string } };

function widgetsOf(template: typeof monitoring): readonly Widget[] {
  const body: unknown = onlyOf(template, 'AWS::CloudWatch::Dashboard')['DashboardBody'];
  return (JSON.parse(String(body)) as { widgets: Widget[] }).widgets;
}
