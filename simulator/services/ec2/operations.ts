import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { AwsError, notSimulated, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from '../page.ts';
import { permissionsOf } from './security-group-rules.ts';
import { type Ec2State, freeAddresses, type SecurityGroup, type Subnet } from './state.ts';

const filters = z
  .array(z.strictObject({ Name: z.string(), Value: z.array(z.string()).min(1).max(200) }))
  .max(50)
  .default([]);

/** EC2's page sizes; without one, everything is in one answer. */
const paging = { MaxResults: z.coerce.number().int().min(5).max(1000).optional(), NextToken: z.string().optional() };

/** Reading networks; they are made as resources. */
export function ec2Operations(cloud: Cloud, state: Ec2State): Record<string, Operation> {
  const conditions = () => ({ 'ec2:Region': cloud.region });
  return {
    DescribeSubnets: operation({
      input: z.strictObject({ SubnetId: z.array(z.string()).optional(), Filter: filters, ...paging }),
      conditions,
      run({ SubnetId, Filter, MaxResults, NextToken }) {
        const missing = SubnetId?.find((id) => !state.subnets.has(id));
        if (missing !== undefined)
          throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${missing}' does not exist`);
        const found = [...state.subnets.values()]
          .filter(({ id }) => SubnetId?.includes(id) ?? true)
          .filter((subnet) => passes(Filter, { 'subnet-id': subnet.id, 'vpc-id': subnet.vpc }));
        const { items, next } = page(found, MaxResults ?? found.length, NextToken, 'InvalidPaginationToken');
        return { subnetSet: items.map((subnet) => describeSubnet(cloud, subnet)), nextToken: next };
      },
    }),
    DescribeSecurityGroups: operation({
      input: z.strictObject({ GroupId: z.array(z.string()).optional(), Filter: filters, ...paging }),
      conditions,
      run({ GroupId, Filter, MaxResults, NextToken }) {
        const missing = GroupId?.find((id) => !state.securityGroups.has(id));
        if (missing !== undefined)
          throw new AwsError('InvalidGroup.NotFound', `The security group '${missing}' does not exist`);
        const found = [...state.securityGroups.values()]
          .filter(({ id }) => GroupId?.includes(id) ?? true)
          .filter((group) => passes(Filter, { 'group-id': group.id, 'vpc-id': group.vpc }));
        const { items, next } = page(found, MaxResults ?? found.length, NextToken, 'InvalidPaginationToken');
        return { securityGroupInfo: items.map((group) => describeGroup(cloud, group)), nextToken: next };
      },
    }),
  };
}

type Filter = { readonly Name: string; readonly Value: readonly string[] };

/** All filters must hold; of one filter's values any. */
function passes(wanted: readonly Filter[], traits: Readonly<Record<string, string | undefined>>): boolean {
  return wanted.every(({ Name, Value }) => {
    if (!Object.hasOwn(traits, Name)) throw notSimulated(`the EC2 filter ${Name}`);
    return Value.includes(traits[Name] ?? '');
  });
}

const describeSubnet = ({ account, region }: Cloud, subnet: Subnet) => ({
  subnetId: subnet.id,
  subnetArn: `arn:aws:ec2:${region}:${account}:subnet/${subnet.id}`,
  state: 'available',
  ownerId: account,
  vpcId: subnet.vpc,
  cidrBlock: subnet.cidr,
  availableIpAddressCount: freeAddresses(subnet),
  availabilityZone: subnet.zone,
  mapPublicIpOnLaunch: false,
});

const describeGroup = ({ account }: Cloud, group: SecurityGroup) => ({
  groupId: group.id,
  groupName: group.name,
  groupDescription: group.description,
  ownerId: account,
  vpcId: group.vpc,
  ipPermissions: permissionsOf(group.rules.values(), 'ingress'),
  ipPermissionsEgress: permissionsOf(group.rules.values(), 'egress'),
});
