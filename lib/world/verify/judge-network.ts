import type { Foundations } from './foundations.ts';
import { contradiction, doubt, type Remark, unread } from './remark.ts';
import type { TaskWishes } from './subject.ts';

type Read = Pick<Foundations, 'subnets' | 'securityGroups'>;

const place = 'infra/network';

/** Subnets and security groups are there, belong to the network, and the subnets have room. */
export function judgeNetwork(wishes: TaskWishes, { subnets, securityGroups }: Read): readonly Remark[] {
  return [
    ...unread(subnets, { what: 'The subnets', permission: 'ec2:DescribeSubnets', place }),
    ...unread(securityGroups, { what: 'The security groups', permission: 'ec2:DescribeSecurityGroups', place }),
    ...judgeSubnets(wishes, subnets),
    ...judgeSecurityGroups(wishes, securityGroups),
  ];
}

function judgeSubnets({ contract: { network }, subjects }: TaskWishes, read: Read['subnets']): readonly Remark[] {
  const own = subjects.filter(({ isOwn }) => isOwn);
  if (read.kind === 'unreadable' || own.length === 0) return [];
  const found = network.subnets.flatMap((id) => read.value.get(id) ?? []);
  const free = found.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0);
  const full = found.filter(({ freeAddresses }) => freeAddresses === 0).map(({ id }) => id);
  return [
    ...network.subnets.filter((id) => !read.value.has(id)).map((id) => missing(`subnet ${id}`)),
    ...found.filter(({ vpc }) => vpc !== network.vpc).map(({ id, vpc }) => foreign(`subnet ${id}`, vpc, network.vpc)),
    ...(found.length > 0 && free === 0 ? [noRoom()] : full.map((id) => fullSubnet(id))),
  ];
}

function judgeSecurityGroups(
  { contract: { network }, subjects }: TaskWishes,
  read: Read['securityGroups'],
): readonly Remark[] {
  if (read.kind === 'unreadable') return [];
  const wanted = subjects.filter(({ isOwn }) => isOwn).flatMap(({ securityGroups }) => securityGroups);
  return [...new Set(wanted)].flatMap((id) => {
    const group = read.value.get(id);
    if (group === undefined) return [missing(`security group ${id}`)];
    return group.vpc === network.vpc ? [] : [foreign(`security group ${id}`, group.vpc, network.vpc)];
  });
}

const remedy = 'Run the infra job, or correct what it publishes.';

function missing(what: string): Remark {
  return contradiction('E_STATE', { message: `There is no ${what}.`, remedy, place });
}

function foreign(what: string, vpc: string, own: string): Remark {
  return contradiction('E_STATE', {
    message: `The ${what} belongs to ${vpc}, and the network is ${own}.`,
    remedy,
    place,
  });
}

function noRoom(): Remark {
  return contradiction('E_STATE', {
    message: 'No subnet has a free address: no task could start.',
    remedy: 'Add subnets or stop what takes their addresses.',
    place,
  });
}

function fullSubnet(id: string): Remark {
  return doubt('E_STATE', {
    message: `The subnet ${id} has no free address: all tasks would run in the other ones.`,
    remedy: 'Add subnets or stop what takes its addresses.',
    place,
  });
}
