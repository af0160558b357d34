import { z } from 'zod';
import type { ResourceProperties, ResourceProvider } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import type { Ec2State, SecurityGroupRule } from './state.ts';

const ruleProperties = z.looseObject({
  IpProtocol: z.coerce.string(),
  FromPort: z.coerce.number().optional(),
  ToPort: z.coerce.number().optional(),
  CidrIp: z.string().optional(),
  CidrIpv6: z.string().optional(),
  SourceSecurityGroupId: z.string().optional(),
  DestinationSecurityGroupId: z.string().optional(),
  Description: z.string().optional(),
});

type Direction = SecurityGroupRule['direction'];

/** A rule that is a resource of its own, as every rule between two groups is. */
export function ruleProvider(
  state: Ec2State,
  direction: Direction,
  newId: (prefix: string) => string,
): ResourceProvider {
  const requireGroup = (id: string) => {
    const group = state.securityGroups.get(id);
    if (group === undefined) throw new AwsError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
    return group;
  };
  return {
    create(properties) {
      const group = requireGroup(String(properties['GroupId']));
      const rule = readRule(properties, direction);
      if ('group' in rule.peer) requireGroup(rule.peer.group);
      const known = [...group.rules.values()].some((it) => isSame(it, rule));
      if (known)
        throw new AwsError('InvalidPermission.Duplicate', 'the specified rule already exists in the security group');
      const id = newId('sgr');
      group.rules.set(id, rule);
      return { ref: id, attributes: { Id: id } };
    },
    remove({ ref }, properties) {
      state.securityGroups.get(String(properties['GroupId']))?.rules.delete(ref);
    },
  };
}

/** The rules that a group brings along, by ids of their own. */
export function inlineRules(properties: ResourceProperties): [string, SecurityGroupRule][] {
  const listed = (name: string, direction: Direction) =>
    z
      .array(z.looseObject({}))
      .default([])
      .parse(properties[name])
      .map((rule, at): [string, SecurityGroupRule] => [`inline-${direction}-${at}`, readRule(rule, direction)]);
  return [...listed('SecurityGroupIngress', 'ingress'), ...listed('SecurityGroupEgress', 'egress')];
}

/** As DescribeSecurityGroups shows them. */
export function permissionsOf(rules: Iterable<SecurityGroupRule>, direction: Direction) {
  return [...rules]
    .filter((rule) => rule.direction === direction)
    .map(({ protocol, fromPort, toPort, peer, description }) => ({
      ipProtocol: protocol,
      fromPort,
      toPort,
      ipRanges: 'cidr' in peer && !peer.cidr.includes(':') ? [{ cidrIp: peer.cidr, description }] : [],
      ipv6Ranges: 'cidr' in peer && peer.cidr.includes(':') ? [{ cidrIpv6: peer.cidr, description }] : [],
      groups: 'group' in peer ? [{ groupId: peer.group, description }] : [],
    }));
}

function readRule(properties: ResourceProperties, direction: Direction): SecurityGroupRule {
  const read = ruleProperties.parse(properties);
  const group = direction === 'ingress' ? read.SourceSecurityGroupId : read.DestinationSecurityGroupId;
  const cidr = read.CidrIp ?? read.CidrIpv6;
  if (group === undefined && cidr === undefined)
    throw new AwsError('InvalidParameterCombination', 'A rule names a block of addresses or a security group.');
  return {
    direction,
    protocol: read.IpProtocol,
    fromPort: read.FromPort,
    toPort: read.ToPort,
    peer: group === undefined ? { cidr: cidr! } : { group },
    description: read.Description,
  };
}

function isSame(one: SecurityGroupRule, other: SecurityGroupRule): boolean {
  return told(one) === told(other);
}

const told = ({ direction, protocol, fromPort, toPort, peer }: SecurityGroupRule) =>
  JSON.stringify([direction, protocol, fromPort, toPort, peer]);
