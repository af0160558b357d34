import type { EC2Client } from '@aws-sdk/client-ec2';
import { inBatches } from './batches.ts';
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

const clients = new WeakMap<Aws['configuration'], EC2Client>();

/** EC2's SDK is the largest of all: who does not ask about networks does not load it. */
async function ec2(aws: Aws) {
  const sdk = await import('@aws-sdk/client-ec2');
  const client = clients.get(aws.configuration) ?? new sdk.EC2Client(aws.configuration);
  clients.set(aws.configuration, client);
  return { client, ...sdk };
}

/** Subnets by id; unknown ones are not in the answer. They are asked for by a filter: an unknown id fails the call. */
export async function findSubnets(aws: Aws, ids: readonly string[]): Promise<ReadonlyMap<string, Subnet>> {
  const { client, DescribeSubnetsCommand } = await ec2(aws);
  const answers = await Promise.all(
    inBatches(ids, idsPerFilter).map((Values) =>
      aws.send(client, new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values }] })),
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
  const { client, DescribeSecurityGroupsCommand } = await ec2(aws);
  const answers = await Promise.all(
    inBatches(ids, idsPerFilter).map((Values) =>
      aws.send(client, new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values }] })),
    ),
  );
  const found = answers
    .flatMap((answer) => answer.SecurityGroups ?? [])
    .map(({ GroupId = '', VpcId = '' }) => ({ id: GroupId, vpc: VpcId }));
  return new Map(found.map((group) => [group.id, group]));
}
