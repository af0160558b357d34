import type { STSClient } from '@aws-sdk/client-sts';
import { AwsEc2QueryProtocol } from '@aws-sdk/core/protocols';
import { inBatches } from './batches.ts';
import { leanClient, leanCommand, list, simple, structure } from './lean-client.ts';
import type { Aws } from './session.ts';

export type Subnet = {
  readonly id: string;
  readonly vpc: string;
  readonly zone: string;
  readonly freeAddresses: number;
};

export type SecurityGroup = { readonly id: string; readonly vpc: string };

/** So many values one filter takes. */
const idsPerFilter = 200;

const clients = new WeakMap<Aws['configuration'], STSClient>();

function ec2(aws: Aws): STSClient {
  const client =
    clients.get(aws.configuration) ??
    leanClient(aws, {
      id: 'EC2',
      name: 'ec2',
      version: '2016-11-15',
      target: 'AmazonEC2',
      namespace: 'com.amazonaws.ec2',
      protocol: AwsEc2QueryProtocol,
    });
  clients.set(aws.configuration, client);
  return client;
}

/** Subnets by id; unknown ones are not in the answer. They are asked for by a filter: an unknown id fails the call. */
export async function findSubnets(aws: Aws, ids: readonly string[]): Promise<ReadonlyMap<string, Subnet>> {
  const answers = await Promise.all(
    inBatches(ids, idsPerFilter).map((Values) =>
      aws.send(ec2(aws), new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values }] })),
    ),
  );
  const found = answers
    .flatMap((answer) => answer.Subnets ?? [])
    .map(({ SubnetId = '', VpcId = '', AvailabilityZone = '', AvailableIpAddressCount = 0 }) => ({
      id: SubnetId,
      vpc: VpcId,
      zone: AvailabilityZone,
      freeAddresses: AvailableIpAddressCount,
    }));
  return new Map(found.map((subnet) => [subnet.id, subnet]));
}

/** Security groups by id; unknown ones are not in the answer. */
export async function findSecurityGroups(
  aws: Aws,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SecurityGroup>> {
  const answers = await Promise.all(
    inBatches(ids, idsPerFilter).map((Values) =>
      aws.send(ec2(aws), new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values }] })),
    ),
  );
  const found = answers
    .flatMap((answer) => answer.SecurityGroups ?? [])
    .map(({ GroupId = '', VpcId = '' }) => ({ id: GroupId, vpc: VpcId }));
  return new Map(found.map((group) => [group.id, group]));
}

type Filtered = { readonly Filters: readonly { readonly Name: string; readonly Values: readonly string[] }[] };

const filter = structure('Filter', {
  Name: simple.text,
  Values: [() => list(simple.text, 'Item'), 'Value'],
});

const filtered = (name: string) => structure(name, { Filters: [() => list(() => filter, 'Filter'), 'Filter'] });

const subnet = structure('Subnet', {
  SubnetId: [simple.text, 'subnetId'],
  VpcId: [simple.text, 'vpcId'],
  AvailabilityZone: [simple.text, 'availabilityZone'],
  AvailableIpAddressCount: [simple.number, 'availableIpAddressCount'],
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
class DescribeSubnetsCommand extends leanCommand<
  Filtered,
  {
    readonly Subnets?: readonly {
      readonly SubnetId?: string;
      readonly VpcId?: string;
      readonly AvailabilityZone?: string;
      readonly AvailableIpAddressCount?: number;
    }[];
  }
>('DescribeSubnets', {
  input: filtered('DescribeSubnetsRequest'),
  output: structure('DescribeSubnetsResult', { Subnets: [() => list(() => subnet, 'item'), 'subnetSet'] }),
}) {}

const securityGroup = structure('SecurityGroup', {
  GroupId: [simple.text, 'groupId'],
  VpcId: [simple.text, 'vpcId'],
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
class DescribeSecurityGroupsCommand extends leanCommand<
  Filtered,
  { readonly SecurityGroups?: readonly { readonly GroupId?: string; readonly VpcId?: string }[] }
>('DescribeSecurityGroups', {
  input: filtered('DescribeSecurityGroupsRequest'),
  output: structure('DescribeSecurityGroupsResult', {
    SecurityGroups: [() => list(() => securityGroup, 'item'), 'securityGroupInfo'],
  }),
}) {}
