import { z } from 'zod';
import type { Cloud, ResourceMaker } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import type { Ec2State } from './state.ts';

const cidr = z.string().regex(/^(?:\d{1,3}\.){3}\d{1,3}\/(?:1[6-9]|2[0-8])$/, 'must be a block of /16 to /28');

const subnetProperties = z.looseObject({
  CidrBlock: cidr.default('10.0.0.0/24'),
  AvailabilityZone: z.string().optional(),
  VpcId: z.string().optional(),
});

const groupProperties = z.looseObject({
  GroupName: z.string().default('default'),
  GroupDescription: z.string().default(''),
  VpcId: z.string().optional(),
});

/** Makes networks from CloudFormation properties. */
export function ec2Resources(cloud: Cloud, state: Ec2State): Record<`AWS::${string}`, ResourceMaker> {
  const random = cloud.random('ec2 ids');
  const newId = (prefix: string) => `${prefix}-0${random.text(16)}`;
  const requireVpc = (id: string | undefined) => {
    if (id !== undefined && !state.vpcs.has(id))
      throw new AwsError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
  };
  return {
    'AWS::EC2::VPC': () => {
      const id = newId('vpc');
      state.vpcs.add(id);
      return { ref: id, attributes: { VpcId: id } };
    },
    'AWS::EC2::Subnet': (properties) => {
      const { CidrBlock, AvailabilityZone, VpcId } = subnetProperties.parse(properties);
      requireVpc(VpcId);
      const id = newId('subnet');
      const zone = AvailabilityZone ?? `${cloud.region}a`;
      state.subnets.set(id, { id, vpc: VpcId, cidr: CidrBlock, zone, occupied: 0 });
      return { ref: id, attributes: { SubnetId: id } };
    },
    'AWS::EC2::SecurityGroup': (properties) => {
      const { GroupName, GroupDescription, VpcId } = groupProperties.parse(properties);
      requireVpc(VpcId);
      const id = newId('sg');
      state.securityGroups.set(id, { id, vpc: VpcId, name: GroupName, description: GroupDescription });
      return { ref: id, attributes: { GroupId: id } };
    },
  };
}
