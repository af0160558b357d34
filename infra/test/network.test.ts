import { describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { addressPlan } from '../lib/address-plan.ts';
import { alone } from './alone.ts';
import { allOf, nameIn, onlyOf, resources, tagged } from './resources.ts';
import type { Change } from './varied.ts';

let synthesised: Template | undefined;
const network = () => (synthesised ??= alone.network());

describe('1. Networking', () => {
  test('Create VPC with CIDR `10.0.0.0/16`', () => {
    const expected = { CidrBlock: '10.0.0.0/16', EnableDnsHostnames: true, EnableDnsSupport: true };
    expect(onlyOf(network(), 'AWS::EC2::VPC')).toMatchObject(expected);
  });

  test('2x public subnets (ALB, NAT Gateway) in different AZs', () => {
    expect(zonesOf(network(), 'public')).toEqual(['eu-west-1a', 'eu-west-1b']);
    const [internet] = resources(network(), 'AWS::EC2::InternetGateway').keys();
    expect(routesOf(network(), 'public').map(({ GatewayId }) => GatewayId)).toEqual([{ Ref: internet }]);
  });

  test('4x private subnets (ECS tasks, RDS, ElastiCache) in different AZs', () => {
    expect(zonesOf(network(), 'app')).toEqual(['eu-west-1a', 'eu-west-1b']);
    expect(zonesOf(network(), 'data')).toEqual(['eu-west-1a', 'eu-west-1b']);
    expect(allOf(network(), 'AWS::EC2::Subnet').map((subnet) => subnet['MapPublicIpOnLaunch'])).toEqual(
      Array(6).fill(false),
    );
  });

  test('The subnets of data have no way out', () => {
    expect(routesOf(network(), 'data')).toEqual([]);
  });

  test('Internet Gateway attached to VPC', () => {
    const [internet] = resources(network(), 'AWS::EC2::InternetGateway').keys();
    const attachment = { VpcId: { Ref: 'Vpc' }, InternetGatewayId: { Ref: internet } };
    expect(onlyOf(network(), 'AWS::EC2::VPCGatewayAttachment')).toEqual(attachment);
  });

  test('NAT Gateway in each public subnet (for ECS task outbound)', () => {
    const gateways = resources(network(), 'AWS::EC2::NatGateway');
    const places = [...gateways.values()].map(({ SubnetId }) => SubnetId.Ref);
    expect(places).toEqual(subnetsOf(network(), 'public').map(([id]) => id));
    expect(routesOf(network(), 'app').map(({ NatGatewayId }) => NatGatewayId.Ref)).toEqual([...gateways.keys()]);
  });

  test('`sg-alb` — inbound 443 from `0.0.0.0/0`, and 80 for the redirect', () => {
    const { SecurityGroupIngress, SecurityGroupEgress } = group(network(), 'sg-alb');
    expect(SecurityGroupIngress).toEqual([
      expect.objectContaining({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }),
      expect.objectContaining({ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '0.0.0.0/0' }),
    ]);
    expect(SecurityGroupEgress).toEqual([expect.objectContaining({ CidrIp: '255.255.255.255/32' })]);
  });

  test.each([
    ['`sg-rds` — inbound 5432 from `sg-services`', 'sg-rds', 5432],
    ['`sg-redis` — inbound 6379 from `sg-services`', 'sg-redis', 6379],
  ])('%s', (_, name, port) => {
    const rules = allOf(network(), 'AWS::EC2::SecurityGroupIngress').filter(
      ({ GroupId }) => GroupId['Fn::GetAtt'][0] === tagged(network(), 'AWS::EC2::SecurityGroup', name),
    );
    const services = { 'Fn::GetAtt': [tagged(network(), 'AWS::EC2::SecurityGroup', 'sg-services'), 'GroupId'] };
    const rule = { IpProtocol: 'tcp', FromPort: port, ToPort: port, SourceSecurityGroupId: services };
    expect(rules).toEqual([expect.objectContaining(rule)]);
    expect(group(network(), name)['SecurityGroupIngress']).toBeUndefined();
  });

  test('No group has a name of its own, which EC2 would refuse (`sg-`) and an update could not replace.', () => {
    expect(allOf(network(), 'AWS::EC2::SecurityGroup').filter((it) => 'GroupName' in it)).toEqual([]);
  });
});

test('What speaks in the network is logged, by a role that may write this one log.', () => {
  const name = '/smartboard/prod/network/flow-logs';
  expect(onlyOf(network(), 'AWS::EC2::FlowLog')).toMatchObject({ ResourceId: { Ref: 'Vpc' }, TrafficType: 'ALL' });
  expect(onlyOf(network(), 'AWS::Logs::LogGroup')).toEqual({ LogGroupName: name, RetentionInDays: 30 });
  const { AssumeRolePolicyDocument: trust, Policies: policies } = onlyOf(network(), 'AWS::IAM::Role');
  expect(trust.Statement).toEqual([
    expect.objectContaining({
      Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    }),
  ]);
  expect(policies[0].PolicyDocument.Statement).toEqual([
    expect.objectContaining({ Resource: [`arn:aws:logs:eu-west-1:111122223333:log-group:${name}:*`] }),
  ]);
});

test('S3 is reached without NAT, from the subnets of tasks.', () => {
  expect(onlyOf(network(), 'AWS::EC2::VPCEndpoint')).toEqual({
    VpcId: { Ref: 'Vpc' },
    ServiceName: 'com.amazonaws.eu-west-1.s3',
    VpcEndpointType: 'Gateway',
    RouteTableIds: tablesOf(network(), 'app').map((Ref) => ({ Ref })),
  });
});

describe('8. Cloud Map — Service Discovery', () => {
  test('Create Cloud Map namespace: `smartboard.internal` (private DNS)', () => {
    const expected = { Name: 'smartboard.internal', Vpc: { Ref: 'Vpc' } };
    expect(onlyOf(network(), 'AWS::ServiceDiscovery::PrivateDnsNamespace')).toEqual(expected);
  });
});

describe('another manifest', () => {
  test('One NAT gateway serves all zones.', () => {
    const single = alone.network(['nat: per-az', 'nat: single']);
    const [gateway] = resources(single, 'AWS::EC2::NatGateway').keys();
    expect(resources(single, 'AWS::EC2::NatGateway').size).toBe(1);
    expect(routesOf(single, 'app').map(({ NatGatewayId }) => NatGatewayId.Ref)).toEqual([gateway, gateway]);
  });

  test('Without NAT, tasks reach AWS by interface endpoints of their own, and nothing else.', () => {
    const closed = alone.network(['nat: per-az', 'nat: none\n    endpoints: true']);
    expect([...allOf(closed, 'AWS::EC2::NatGateway'), ...allOf(closed, 'AWS::EC2::EIP')]).toEqual([]);
    expect(routesOf(closed, 'app')).toEqual([]);
    const interfaces = allOf(closed, 'AWS::EC2::VPCEndpoint').filter((it) => it['VpcEndpointType'] === 'Interface');
    expect(interfaces.map((it) => it['ServiceName'].replace('com.amazonaws.eu-west-1.', ''))).toEqual([
      'ecr.api',
      'ecr.dkr',
      'logs',
      'secretsmanager',
      'ssm',
    ]);
    expect(group(closed, 'sg-endpoints')['SecurityGroupIngress']).toEqual([
      expect.objectContaining({ FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/16' }),
    ]);
  });

  test('A third zone leaves every resource of the first two as it was.', () => {
    const third: Change = ['[eu-west-1a, eu-west-1b]', '[eu-west-1a, eu-west-1b, eu-west-1c]'];
    const before = network().toJSON()['Resources'];
    const after = alone.network(third).toJSON()['Resources'];
    const changed = Object.keys(before).filter((id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]));
    // The endpoint of S3 joins its route table.
    expect(changed.map((id) => before[id].Type)).toEqual(['AWS::EC2::VPCEndpoint']);
    expect(Object.keys(after).length).toBe(Object.keys(before).length + 10);
  });

  test('Without flow logs there is neither log nor role.', () => {
    const quiet = alone.network(['nat: per-az', 'nat: per-az\n    flow-logs: false']);
    const types = ['AWS::EC2::FlowLog', 'AWS::Logs::LogGroup', 'AWS::IAM::Role'];
    expect(types.flatMap((type) => allOf(quiet, type))).toEqual([]);
  });

  test('Groups of database and cache stay without them, since a group that is still imported cannot go.', () => {
    const without = alone.network(
      [/^database:[^]*?\n\n/m, ''],
      [/^cache:[^]*?\n\n/m, ''],
      [/^ +DATABASE_URL.*\n.*\n/gm, ''],
      [/^ +REDIS_URL.*\n/gm, ''],
    );
    for (const name of ['sg-rds', 'sg-redis']) expect(group(without, name)).toEqual(group(network(), name));
  });
});

describe('addresses', () => {
  test('A zone owns an eighth of the network by its letter: half for tasks, quarters for the internet and for data.', () => {
    expect(Object.fromEntries(addressPlan('10.0.0.0/16', ['eu-west-1b', 'eu-west-1a']))).toEqual({
      'eu-west-1a': { app: '10.0.0.0/20', public: '10.0.16.0/21', data: '10.0.24.0/21' },
      'eu-west-1b': { app: '10.0.32.0/20', public: '10.0.48.0/21', data: '10.0.56.0/21' },
    });
  });

  test('The smallest network has room for 251 tasks a zone.', () => {
    expect(addressPlan('192.168.16.0/20', ['us-east-1f']).get('us-east-1f')).toEqual({
      app: '192.168.26.0/24',
      public: '192.168.27.0/25',
      data: '192.168.27.128/25',
    });
  });

  test('A network is written from its first address.', () => {
    expect(addressPlan('172.16.9.9/16', ['eu-west-1a']).get('eu-west-1a')?.app).toBe('172.16.0.0/20');
  });
});

function subnetsOf(template: Template, tier: string) {
  const subnets = [...resources(template, 'AWS::EC2::Subnet')];
  return subnets.filter(([, { Tags }]) => nameIn(Tags)?.includes(`-${tier}-`) === true);
}

function zonesOf(template: Template, tier: string): readonly string[] {
  return subnetsOf(template, tier).map(([, { AvailabilityZone }]) => AvailabilityZone);
}

/** Ids of the route tables that subnets of a tier are associated with. */
function tablesOf(template: Template, tier: string): readonly string[] {
  const associations = allOf(template, 'AWS::EC2::SubnetRouteTableAssociation');
  const tables = subnetsOf(template, tier).map(
    ([id]) => associations.find(({ SubnetId }) => SubnetId.Ref === id)?.['RouteTableId'].Ref,
  );
  return [...new Set(tables)];
}

function routesOf(template: Template, tier: string) {
  const tables = tablesOf(template, tier);
  return allOf(template, 'AWS::EC2::Route').filter(({ RouteTableId }) => tables.includes(RouteTableId.Ref));
}

function group(template: Template, name: string) {
  return resources(template, 'AWS::EC2::SecurityGroup').get(tagged(template, 'AWS::EC2::SecurityGroup', name))!;
}
