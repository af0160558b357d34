import { describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { callsOf, privatePorts } from '../lib/calls.ts';
import { listenerPriorities } from '../lib/listener-priorities.ts';
import { alone, network } from './alone.ts';
import { allOf, onlyOf, resources, tagged, type Properties } from './resources.ts';
import { servicesOf } from './services.ts';
import type { Change } from './varied.ts';

let synthesised: Template | undefined;
const platform = () => (synthesised ??= alone.platform());

const services = [
  'svc-auth',
  'svc-tenants',
  'svc-datasets',
  'svc-analytics',
  'svc-dashboards',
  'svc-realtime',
  'worker',
  'gateway',
  'web',
];

describe('1. Networking', () => {
  test.each([
    ['`sg-web` — inbound 3000 from `sg-alb` only', 'sg-web', 3000],
    ['`sg-gateway` — inbound 4000 from `sg-alb` only', 'sg-gateway', 4000],
  ])('%s', (_, name, port) => {
    expect(into(platform(), name)).toEqual([{ from: network.securityGroups.loadBalancer, ports: [port, port] }]);
    expect(onlyOutOfBalancer(platform(), name)).toEqual([port, port]);
  });

  test('`sg-services` — inbound 4010–4070 from `sg-gateway` + `sg-services`', () => {
    const ports = [4010, 4070];
    expect(into(platform(), network.securityGroups.services)).toEqual([
      { from: network.securityGroups.services, ports },
      { from: group(platform(), 'sg-gateway'), ports },
    ]);
  });
});

describe('7. ECS Cluster + Services', () => {
  test('Create ECS cluster: `smartboard-prod`', () => {
    expect(onlyOf(platform(), 'AWS::ECS::Cluster')).toEqual({
      ClusterName: 'smartboard-prod',
      CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      DefaultCapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Weight: 1 }],
      ClusterSettings: [{ Name: 'containerInsights', Value: 'enabled' }],
    });
  });

  test('Create CloudWatch Log Groups per service: `/smartboard/prod/<service>`', () => {
    expect(allOf(platform(), 'AWS::Logs::LogGroup')).toEqual(
      services.map((name) => ({ LogGroupName: `/smartboard/prod/${name}`, RetentionInDays: 30 })),
    );
  });

  test('Services and task definitions are the actions’, never the infrastructure’s', () => {
    expect([...allOf(platform(), 'AWS::ECS::Service'), ...allOf(platform(), 'AWS::ECS::TaskDefinition')]).toEqual([]);
  });
});

describe('8. Cloud Map — Service Discovery', () => {
  test('Each ECS service registers a Cloud Map service: `svc-auth.smartboard.internal`, etc.', () => {
    expect(allOf(platform(), 'AWS::ServiceDiscovery::Service')).toEqual(
      services.map((name) => ({
        Name: name,
        NamespaceId: network.namespace.id,
        DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 10 }], RoutingPolicy: 'MULTIVALUE' },
        HealthCheckCustomConfig: { FailureThreshold: 1 },
      })),
    );
  });
});

describe('9. Application Load Balancer', () => {
  test.each([
    ['`tg-web` → ECS service `smartboard-web`, port 3000, health `/health/ready`', 'tg-web', 3000],
    ['`tg-gateway` → ECS service `smartboard-gateway`, port 4000, health `/health/ready`', 'tg-gateway', 4000],
  ])('%s', (_, name, port) => {
    expect(targets(platform(), name)).toEqual({
      TargetType: 'ip',
      Protocol: 'HTTP',
      Port: port,
      VpcId: network.vpc,
      HealthCheckPath: '/health/ready',
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
      Matcher: { HttpCode: '200' },
      TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }],
      Tags: [{ Key: 'Name', Value: name }],
    });
  });

  test.each([
    ['`/api/*` → `tg-gateway`', '/api/*', 'tg-gateway', 100],
    ['`/*` → `tg-web`, after it', '/*', 'tg-web', 200],
  ])('%s', (_, pattern, name, priority) => {
    const rule = allOf(platform(), 'AWS::ElasticLoadBalancingV2::ListenerRule').find(
      ({ Conditions }) => Conditions[0].PathPatternConfig.Values[0] === pattern,
    );
    expect(rule).toMatchObject({
      Priority: priority,
      Actions: [{ Type: 'forward', TargetGroupArn: { Ref: tagged(platform(), targetGroup, name) } }],
    });
  });

  test('No target group has a fixed name, so that another port may make another group.', () => {
    expect(allOf(platform(), targetGroup).filter((it) => 'Name' in it)).toEqual([]);
  });
});

describe('10. IAM Task Roles', () => {
  test('Create task execution role, and task role per service with least-privilege', () => {
    const names = allOf(platform(), 'AWS::IAM::Role').map(({ RoleName }) => RoleName);
    expect(new Set(names)).toEqual(
      new Set(services.flatMap((name) => ['execution', 'task'].map((kind) => `smartboard-prod-${name}-${kind}`))),
    );
  });

  test.each([
    ['`svc-datasets` task role: S3 `PutObject` on `smartboard-datasets-prod/*`', 'svc-datasets', ['s3:PutObject']],
    ['`worker` task role: S3 `GetObject` on `smartboard-datasets-prod/*`', 'worker', ['s3:GetObject']],
  ])('%s', (_, name, actions) => {
    expect(role(platform(), `smartboard-prod-${name}-task`)['Policies'][0].PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: actions, Resource: ['arn:aws:s3:::smartboard-datasets-prod/*'] },
    ]);
  });

  test('All others: no S3 access', () => {
    const others = services.filter((name) => name !== 'svc-datasets' && name !== 'worker');
    const policies = others.map((name) => role(platform(), `smartboard-prod-${name}-task`)['Policies']);
    expect(policies).toEqual(others.map(() => undefined));
  });
});

describe('12. Monitoring', () => {
  test('Enable Container Insights on ECS cluster', () => {
    const settings = [{ Name: 'containerInsights', Value: 'enabled' }];
    expect(onlyOf(platform(), 'AWS::ECS::Cluster')['ClusterSettings']).toEqual(settings);
  });

  test('ECS service `HealthyHostCount < 1` → SNS alert', () => {
    const topic = 'arn:aws:sns:eu-west-1:111122223333:smartboard-prod-alarms';
    for (const name of ['web', 'gateway']) {
      const alarm = alarms(platform()).get(`smartboard-prod-${name}-healthy-hosts`);
      expect(alarm).toMatchObject({
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        AlarmActions: [topic],
        OKActions: [topic],
      });
      expect(alarm!['Metrics'][0].MetricStat).toMatchObject({
        Metric: { Namespace: 'AWS/ApplicationELB', MetricName: 'HealthyHostCount' },
        Stat: 'Minimum',
      });
      const dimension = { 'Fn::GetAtt': [tagged(platform(), targetGroup, `tg-${name}`), 'TargetGroupFullName'] };
      expect(alarm!['Metrics'][0].MetricStat.Metric.Dimensions).toContainEqual({
        Name: 'TargetGroup',
        Value: dimension,
      });
    }
  });

  test('It is quiet before the first deploy, when ECS wants no task; afterwards silence is as bad as zero.', () => {
    const alarm = alarms(platform()).get('smartboard-prod-web-healthy-hosts')!;
    expect(alarm['TreatMissingData']).toBe('notBreaching');
    expect(alarm['Metrics'].map(({ Id, Expression, ReturnData }: Properties) => [Id, Expression, ReturnData])).toEqual([
      ['healthy', undefined, false],
      ['wanted', undefined, false],
      ['left', 'IF(wanted > 0, FILL(healthy, 0), 1)', true],
    ]);
    expect(alarm['Metrics'][1].MetricStat.Metric).toEqual({
      Namespace: 'ECS/ContainerInsights',
      MetricName: 'DesiredTaskCount',
      Dimensions: [
        { Name: 'ClusterName', Value: 'smartboard-prod' },
        { Name: 'ServiceName', Value: 'smartboard-web' },
      ],
    });
  });

  test('Private services have an alarm of their own, by what Container Insights counts.', () => {
    expect([...alarms(platform()).keys()].filter((name) => name.endsWith('running-tasks'))).toEqual(
      services.slice(0, -2).map((name) => `smartboard-prod-${name}-running-tasks`),
    );
    expect(alarms(platform()).get('smartboard-prod-worker-running-tasks')).toMatchObject({
      Namespace: 'ECS/ContainerInsights',
      MetricName: 'RunningTaskCount',
      Statistic: 'Minimum',
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'notBreaching',
      Dimensions: [
        { Name: 'ClusterName', Value: 'smartboard-prod' },
        { Name: 'ServiceName', Value: 'smartboard-worker' },
      ],
    });
  });

  test('Every alarm says what to do, and where the logs are.', () => {
    for (const alarm of alarms(platform()).values()) {
      expect(alarm['AlarmDescription']).toMatch(/operation `status`.*\/smartboard\/prod\/[a-z-]+\..*`rollback`/);
      expect(alarm['AlarmDescription'].length).toBeLessThanOrEqual(1024);
    }
  });

  test('A service that may be at rest gives no alarm by being so; an environment may have none at all.', () => {
    const resting = alone.platform(['port: 4070 ', 'scaling: { min: 0, max: 3, cpu: 50 }\n    port: 4070 ']);
    expect(alarms(resting).has('smartboard-prod-worker-running-tasks')).toBe(false);
    expect(alarms(resting).size).toBe(services.length - 1);
    expect(alarms(alone.platform(environment('alarms: { enabled: false }'))).size).toBe(0);
  });
});

describe('another manifest', () => {
  test('Without a public service there is no group, no target group and no rule; all else stays.', () => {
    const inside = alone.platform([/^ +ingress: .*\n/gm, '']);
    const types = ['AWS::EC2::SecurityGroup', targetGroup, 'AWS::ElasticLoadBalancingV2::ListenerRule'];
    expect(types.flatMap((type) => allOf(inside, type))).toEqual([]);
    expect(allOf(inside, 'AWS::ServiceDiscovery::Service')).toHaveLength(services.length);
  });

  test('A service without a port has no name in Cloud Map.', () => {
    const silent = alone.platform(['    port: 4070 # nobody calls it: the port is for its own health check\n', '']);
    expect(allOf(silent, 'AWS::ServiceDiscovery::Service').map(({ Name }) => Name)).not.toContain('worker');
    expect(into(silent, network.securityGroups.services)[0]?.ports).toEqual([4010, 4060]);
  });

  test('A public service without a health check is good when it answers.', () => {
    const unchecked = alone.platform(['    port: 3000\n', '    port: 3000\n    health-check: none\n']);
    expect(targets(unchecked, 'tg-web')).toMatchObject({ HealthCheckPath: '/', Matcher: { HttpCode: '200-499' } });
  });

  test('With a key of its own, the environment’s logs are encrypted by it.', () => {
    const keys = allOf(alone.platform(environment('encryption: cmk')), 'AWS::Logs::LogGroup').map(
      (it) => it['KmsKeyId'],
    );
    expect(new Set(keys)).toEqual(new Set([expect.stringMatching(/^arn:aws:kms:eu-west-1:111122223333:key\//)]));
  });
});

describe('who may call whom', () => {
  test('Whoever is told where a service is may call it: a public one calls another through its own group.', () => {
    const calling = alone.platform([
      "      PORT: '3000'\n",
      "      PORT: '3000'\n      API_URL: { service: gateway }\n",
    ]);
    expect(into(calling, 'sg-gateway')).toContainEqual({ from: group(calling, 'sg-web'), ports: [4000, 4000] });
    expect(into(calling, 'sg-web')).toEqual(into(platform(), 'sg-web'));
  });

  test('Private services may call a public one that they are told of; one rule is enough for all.', () => {
    const calling = alone.platform(
      ["      PORT: '4010'\n", "      PORT: '4010'\n      API_URL: { service: gateway }\n"],
      ["      PORT: '4020'\n", "      PORT: '4020'\n      API_URL: { service: gateway }\n"],
    );
    expect(into(calling, 'sg-gateway')).toEqual([
      { from: network.securityGroups.loadBalancer, ports: [4000, 4000] },
      { from: network.securityGroups.services, ports: [4000, 4000] },
    ]);
  });

  test('Migrations of a public service are private callers, since they run among the private services.', () => {
    const migrate = 'migrate: { command: [node, m.js], environment: { API_URL: { service: gateway } } }';
    const calls = callsOf(servicesOf([`    port: 3000\n`, `    port: 3000\n    ${migrate}\n`]));
    expect(calls.map((call) => call.map((end) => (end.kind === 'public' ? end.service.name : 'private')))).toEqual([
      ['gateway', 'private'],
      ['private', 'gateway'],
    ]);
  });

  test('The range of private services is from their lowest port to their highest.', () => {
    expect(privatePorts(servicesOf())).toEqual({ from: 4010, to: 4070 });
    expect(privatePorts(new Map())).toBeUndefined();
  });
});

describe('which rule is asked first', () => {
  test('The more of a path a pattern names, the earlier; the catch-all is last.', () => {
    const patterns = ['/*', '/api/*', '/api/v2/*', '/*.png', '/admin/*', '/health'];
    const byPriority = [...listenerPriorities(patterns)].sort(([, one], [, other]) => one - other).map(([it]) => it);
    expect(byPriority[0]).toBe('/api/v2/*');
    expect(new Set(byPriority.slice(1, 3))).toEqual(new Set(['/api/*', '/admin/*']));
    expect(byPriority.at(-1)).toBe('/*');
  });

  test('A pattern keeps its number when others come and go.', () => {
    const all = listenerPriorities(['/*', '/api/*', '/admin/*', '/docs/*', '/api/v2/*']);
    for (const [pattern, priority] of all) expect(listenerPriorities([pattern]).get(pattern)).toBe(priority);
  });

  test('Two never have the same number, however many there are.', () => {
    const patterns = Array.from({ length: 90 }, (_, index) => `/part-${index}/*`);
    const priorities = [...listenerPriorities([...patterns, '/*']).values()];
    expect(new Set(priorities).size).toBe(91);
    expect(Math.max(...priorities)).toBe(200);
    expect(() => listenerPriorities([...patterns, '/one-more/*'])).toThrow('more than 90 paths');
  });
});

const targetGroup = 'AWS::ElasticLoadBalancingV2::TargetGroup';

function environment(line: string): Change {
  return ['nat: per-az', `nat: per-az\n    ${line}`];
}

/** How a template refers to the group of this name. */
function group(template: Template, name: string) {
  return { 'Fn::GetAtt': [tagged(template, 'AWS::EC2::SecurityGroup', name), 'GroupId'] };
}

/** Who may come into a group (`sg-web`, or the id of a shared one), at which ports. */
function into(template: Template, name: string) {
  const wanted = JSON.stringify(name.startsWith('sg-0') ? name : group(template, name));
  return allOf(template, 'AWS::EC2::SecurityGroupIngress')
    .filter(({ GroupId, CidrIp }) => CidrIp === undefined && JSON.stringify(GroupId) === wanted)
    .map(({ SourceSecurityGroupId, FromPort, ToPort }) => ({ from: SourceSecurityGroupId, ports: [FromPort, ToPort] }));
}

/** Ports at which the load balancer, which has no other way out, reaches a group. */
function onlyOutOfBalancer(template: Template, name: string) {
  const to = JSON.stringify(group(template, name));
  const rule = allOf(template, 'AWS::EC2::SecurityGroupEgress').find(
    (it) => JSON.stringify(it['DestinationSecurityGroupId']) === to,
  );
  expect(rule?.['GroupId']).toBe(network.securityGroups.loadBalancer);
  return [rule?.['FromPort'], rule?.['ToPort']];
}

/** Alarms by name. */
function alarms(template: Template): ReadonlyMap<string, Properties> {
  return new Map(allOf(template, 'AWS::CloudWatch::Alarm').map((alarm) => [alarm['AlarmName'], alarm]));
}

function targets(template: Template, name: string): Properties {
  return resources(template, targetGroup).get(tagged(template, targetGroup, name))!;
}

function role(template: Template, name: string): Properties {
  return allOf(template, 'AWS::IAM::Role').find(({ RoleName }) => RoleName === name)!;
}
