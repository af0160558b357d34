import { beforeEach, describe, expect, test } from '@jest/globals';
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  CreateRepositoryCommand,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
} from '@aws-sdk/client-ecr';
import type { VirtualClock } from '../clock.ts';
import { inProcessHandler } from '../transport/in-process.ts';
import { account, ask, type Credentials, errorOf, jobRole, root } from './account.ts';
import { registryClient } from './image.ts';

/** What a service stands on, read with the real SDK: roles, networks, target groups, an image's blobs. */

let world: ReturnType<typeof account>;
let refs: Readonly<Record<string, string>>;

const clientsOf = (credentials: Credentials = root) => {
  const config = {
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
    requestHandler: inProcessHandler(world.cloud) as never,
    endpoint: 'http://127.0.0.1:4566',
  };
  return { ec2: new EC2Client(config), elb: new ElasticLoadBalancingV2Client(config), iam: new IAMClient(config) };
};

/** A session of a role that may do nothing. */
function powerless(): ReturnType<typeof clientsOf> {
  const session = world.cloud.iam.sessionFor('arn:aws:iam::111122223333:role/deploy', 'run-1');
  return clientsOf({
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    sessionToken: session.Token,
  });
}

async function make(id: string, type: `AWS::${string}`, properties: Record<string, unknown>): Promise<string> {
  return (await world.cloud.provision([{ id, type, properties }]))[id]!.ref;
}

beforeEach(async () => {
  world = account();
  await world.cloud.provision([jobRole('repo:octo-org/smartboard:*')]);
  const vpc = await make('vpc', 'AWS::EC2::VPC', {});
  const subnet = (third: number) =>
    make(`subnet-${third}`, 'AWS::EC2::Subnet', { VpcId: vpc, CidrBlock: `10.0.${third}.0/28` });
  const group = await make('sg', 'AWS::EC2::SecurityGroup', {
    GroupName: 'web & co',
    GroupDescription: 'tasks',
    VpcId: vpc,
  });
  refs = { vpc, group, one: await subnet(1), other: await subnet(2) };
});

describe('subnets', () => {
  test('are described with their network, zone and free addresses', async () => {
    world.cloud.ec2.occupy(refs['one']!, 4);
    const { Subnets } = await clientsOf().ec2.send(new DescribeSubnetsCommand({ SubnetIds: [refs['one']!] }));
    expect(Subnets).toMatchObject([
      {
        SubnetId: refs['one'],
        VpcId: refs['vpc'],
        CidrBlock: '10.0.1.0/28',
        AvailableIpAddressCount: 7,
        AvailabilityZone: 'eu-west-1a',
        MapPublicIpOnLaunch: false,
      },
    ]);
  });

  test('are left out by a filter, and refused by id, when they do not exist', async () => {
    const { ec2 } = clientsOf();
    const filter = { Name: 'subnet-id', Values: [refs['other']!, 'subnet-0none'] };
    const { Subnets, NextToken } = await ec2.send(new DescribeSubnetsCommand({ Filters: [filter] }));
    expect([Subnets?.map(({ SubnetId }) => SubnetId), NextToken]).toEqual([[refs['other']], undefined]);
    const error = await errorOf(ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-0none'] })));
    expect([error.name, error.message]).toEqual([
      'InvalidSubnetID.NotFound',
      "The subnet ID 'subnet-0none' does not exist",
    ]);
  });

  test('come in pages', async () => {
    for (let at = 0; at < 6; at++) await make(`more-${at}`, 'AWS::EC2::Subnet', { VpcId: refs['vpc'] });
    const { ec2 } = clientsOf();
    const first = await ec2.send(new DescribeSubnetsCommand({ MaxResults: 5 }));
    const second = await ec2.send(new DescribeSubnetsCommand({ MaxResults: 5, NextToken: first.NextToken }));
    expect([first.Subnets?.length, second.Subnets?.length, second.NextToken]).toEqual([5, 3, undefined]);
  });

  test('cannot be made in a network that does not exist', async () => {
    await expect(make('lost', 'AWS::EC2::Subnet', { VpcId: 'vpc-0none' })).rejects.toThrow(
      "The vpc ID 'vpc-0none' does not exist",
    );
  });
});

test('security groups are described with their network', async () => {
  const filter = { Name: 'group-id', Values: [refs['group']!] };
  const { SecurityGroups } = await clientsOf().ec2.send(new DescribeSecurityGroupsCommand({ Filters: [filter] }));
  expect(SecurityGroups).toMatchObject([{ GroupId: refs['group'], GroupName: 'web & co', VpcId: refs['vpc'] }]);
});

describe('roles', () => {
  test('are listed with their trust policy', async () => {
    const { Roles, IsTruncated } = await clientsOf().iam.send(new ListRolesCommand({}));
    expect([Roles?.map(({ Arn }) => Arn), IsTruncated]).toEqual([['arn:aws:iam::111122223333:role/deploy'], false]);
    const trust = JSON.parse(decodeURIComponent(Roles?.[0]?.AssumeRolePolicyDocument ?? '')) as { Statement: object };
    expect(trust.Statement).toMatchObject({ Action: 'sts:AssumeRoleWithWebIdentity' });
  });

  test('are listed page by page, below a path', async () => {
    const trust = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    };
    for (const name of ['c', 'a', 'b'])
      await make(name, 'AWS::IAM::Role', { RoleName: name, Path: '/web/', AssumeRolePolicyDocument: trust });
    const { iam } = clientsOf();
    const first = await iam.send(new ListRolesCommand({ PathPrefix: '/web/', MaxItems: 2 }));
    const second = await iam.send(new ListRolesCommand({ PathPrefix: '/web/', MaxItems: 2, Marker: first.Marker }));
    expect(
      [first, second].map(({ Roles, IsTruncated }) => [Roles?.map(({ RoleName }) => RoleName), IsTruncated]),
    ).toEqual([
      [['a', 'b'], true],
      [['c'], false],
    ]);
  });

  test('are read one by one, and refused when they are not there', async () => {
    const { iam } = clientsOf();
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'deploy' }));
    expect(Role).toMatchObject({ Path: '/', RoleName: 'deploy', MaxSessionDuration: 3600 });
    const error = await errorOf(iam.send(new GetRoleCommand({ RoleName: 'nobody' })));
    expect([error.name, error.message, error.$metadata?.httpStatusCode]).toEqual([
      'NoSuchEntityException',
      'The role with name nobody cannot be found.',
      404,
    ]);
  });
});

test('a target group says its type, its health check and which load balancers send to it', async () => {
  const elbv2 = 'AWS::ElasticLoadBalancingV2::';
  const group = (Name: string, TargetType: string) =>
    make(Name, `${elbv2}TargetGroup`, { Name, Port: 3000, Protocol: 'HTTP', TargetType, VpcId: refs['vpc'] });
  const [used, unused] = [await group('used', 'ip'), await group('unused', 'instance')];
  const balancer = await make('lb', `${elbv2}LoadBalancer`, { Name: 'smartboard' });
  const action = { Type: 'forward', TargetGroupArn: used };
  await make('listener', `${elbv2}Listener`, { LoadBalancerArn: balancer, Port: 80, DefaultActions: [action] });
  const { elb } = clientsOf();
  const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [used, unused] }));
  expect(TargetGroups).toMatchObject([
    { TargetType: 'ip', Port: 3000, VpcId: refs['vpc'], HealthCheckPath: '/', LoadBalancerArns: [balancer] },
    { TargetType: 'instance', LoadBalancerArns: [] },
  ]);
  const first = await elb.send(new DescribeTargetGroupsCommand({ PageSize: 1 }));
  const second = await elb.send(new DescribeTargetGroupsCommand({ PageSize: 1, Marker: first.NextMarker }));
  expect([first.TargetGroups?.[0]?.TargetGroupName, second.TargetGroups?.[0]?.TargetGroupName]).toEqual([
    'used',
    'unused',
  ]);
  const error = await errorOf(elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [`${used}0`] })));
  expect(error.name).toBe('TargetGroupNotFoundException');
});

test('what a role may not read is denied in the words of each service', async () => {
  const { ec2, elb, iam } = powerless();
  const errors = await Promise.all([
    errorOf(ec2.send(new DescribeSubnetsCommand({}))),
    errorOf(elb.send(new DescribeTargetGroupsCommand({}))),
    errorOf(iam.send(new ListRolesCommand({}))),
  ]);
  expect(errors.map(({ name, $metadata }) => [name, $metadata?.httpStatusCode])).toEqual([
    ['UnauthorizedOperation', 403],
    ['AccessDenied', 403],
    ['AccessDenied', 403],
  ]);
  expect(errors[2]?.message).toContain('is not authorized to perform: iam:ListRoles');
});

test("a layer's link works without credentials, for an hour", async () => {
  const { cloud, ecr } = world;
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const registry = await registryClient(cloud, authorizationData?.[0]?.authorizationToken ?? '');
  const { manifest } = await registry.pushImage('web', 'abc');
  const layerDigest = manifest.config.digest;
  const { downloadUrl } = await ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName: 'web', layerDigest }));
  const path = new URL(downloadUrl ?? '').pathname;
  expect((await ask(cloud, path)).json).toMatchObject({ architecture: 'amd64' });
  await (cloud.clock as VirtualClock).advance(3600_000);
  expect((await ask(cloud, path)).status).toBe(403);
  expect((await ask(cloud, '/_ecr/layers/guessed')).status).toBe(403);
});
