import { z } from 'zod';
import type { Cloud, ResourceProvider } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { inlineRules, ruleProvider } from './security-group-rules.ts';
import type { Ec2State } from './state.ts';

const cidr = z.string().regex(/^(?:\d{1,3}\.){3}\d{1,3}\/(?:1[6-9]|2[0-8])$/, 'must be a block of /16 to /28');

const vpcProperties = z.looseObject({ CidrBlock: cidr.default('10.0.0.0/16') });

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
export function ec2Resources(cloud: Cloud, state: Ec2State): Record<`AWS::${string}`, ResourceProvider> {
  const random = cloud.random('ec2 ids');
  const newId = (prefix: string) => `${prefix}-0${random.text(16)}`;
  return {
    'AWS::EC2::VPC': vpcProvider(state, newId),
    'AWS::EC2::Subnet': subnetProvider(cloud, state, newId),
    'AWS::EC2::SecurityGroup': groupProvider(state, newId),
    'AWS::EC2::SecurityGroupIngress': ruleProvider(state, 'ingress', newId),
    'AWS::EC2::SecurityGroupEgress': ruleProvider(state, 'egress', newId),
  };
}

type NewId = (prefix: string) => string;

function vpcProvider(state: Ec2State, newId: NewId): ResourceProvider {
  return {
    fixed: ['CidrBlock', 'InstanceTenancy'],
    create(properties) {
      const { CidrBlock } = vpcProperties.parse(properties);
      const id = newId('vpc');
      const defaultSecurityGroup = newId('sg');
      state.vpcs.set(id, { id, cidr: CidrBlock, defaultSecurityGroup });
      const attributes = { VpcId: id, CidrBlock, DefaultSecurityGroup: defaultSecurityGroup };
      return { ref: id, attributes: { ...attributes, DefaultNetworkAcl: newId('acl') } };
    },
    update: ({ made }) => made,
    remove({ ref }) {
      const inside = [...state.subnets.values(), ...state.securityGroups.values()].filter(({ vpc }) => vpc === ref);
      if (inside.length > 0)
        throw new AwsError('DependencyViolation', `The vpc '${ref}' has dependencies and cannot be deleted.`);
      state.vpcs.delete(ref);
    },
  };
}

function subnetProvider(cloud: Cloud, state: Ec2State, newId: NewId): ResourceProvider {
  return {
    fixed: ['CidrBlock', 'AvailabilityZone', 'VpcId'],
    create(properties) {
      const { CidrBlock, AvailabilityZone, VpcId } = subnetProperties.parse(properties);
      requireVpc(state, VpcId);
      const id = newId('subnet');
      const zone = AvailabilityZone ?? `${cloud.region}a`;
      state.subnets.set(id, { id, vpc: VpcId, cidr: CidrBlock, zone, occupied: 0 });
      return { ref: id, attributes: { SubnetId: id, CidrBlock, AvailabilityZone: zone, VpcId: VpcId ?? '' } };
    },
    update: ({ made }) => made,
    remove: ({ ref }) => void state.subnets.delete(ref),
  };
}

function groupProvider(state: Ec2State, newId: NewId): ResourceProvider {
  return {
    nameProperty: 'GroupName',
    fixed: ['GroupName', 'GroupDescription', 'VpcId'],
    create(properties) {
      const { GroupName, GroupDescription, VpcId } = groupProperties.parse(properties);
      requireVpc(state, VpcId);
      const id = newId('sg');
      const rules = new Map(inlineRules(properties));
      state.securityGroups.set(id, { id, vpc: VpcId, name: GroupName, description: GroupDescription, rules });
      return { ref: id, attributes: { GroupId: id, VpcId: VpcId ?? '' } };
    },
    update({ made, properties }) {
      const rules = state.securityGroups.get(made.ref)?.rules;
      for (const id of rules?.keys() ?? []) if (id.startsWith('inline')) rules?.delete(id);
      for (const [id, rule] of inlineRules(properties)) rules?.set(id, rule);
      return made;
    },
    remove({ ref }) {
      const others = [...state.securityGroups.values()].filter(({ id }) => id !== ref);
      const isNamed = others.some(({ rules }) =>
        [...rules.values()].some(({ peer }) => 'group' in peer && peer.group === ref),
      );
      if (isNamed) throw new AwsError('DependencyViolation', `resource ${ref} has a dependent object`);
      state.securityGroups.delete(ref);
    },
  };
}

function requireVpc(state: Ec2State, id: string | undefined): void {
  if (id !== undefined && !state.vpcs.has(id))
    throw new AwsError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
}
