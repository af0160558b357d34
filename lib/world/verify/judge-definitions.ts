import type { Role } from '../../aws/iam.ts';
import { outsideScope } from '../../core/arn.ts';
import { isFargatePair } from '../../core/fargate.ts';
import type { Foundations } from './foundations.ts';
import { logGroupsOf, rolesOf } from './references.ts';
import { contradiction, type Remark, unread } from './remark.ts';
import type { Subject, TaskWishes } from './subject.ts';

type Read = Pick<Foundations, 'roles' | 'logGroups'>;

/** Fargate has tasks of the size; roles are there and let ECS take them on; log groups are there. */
export function judgeDefinitions(wishes: TaskWishes, { roles, logGroups }: Read): readonly Remark[] {
  return [
    ...unread(roles, { what: 'The roles of the tasks', permission: 'iam:ListRoles', place: 'roles' }),
    ...unread(logGroups, { what: 'The log groups', permission: 'logs:DescribeLogGroups', place: 'log groups' }),
    ...wishes.subjects.flatMap(({ name, definition }) => [
      ...judgeSize(name, definition),
      ...rolesOf(definition).flatMap((arn) => judgeRole(arn, { place: name, wishes, roles })),
      ...logGroupsOf(definition)
        .filter((group) => logGroups.kind === 'read' && !logGroups.value.has(group))
        .map((group) => missingLogGroup(group, name)),
    ]),
  ];
}

function judgeSize(
  place: string,
  { cpu, memory, requiresCompatibilities = [] }: Subject['definition'],
): readonly Remark[] {
  const isFargate = requiresCompatibilities.some((one) => one === 'FARGATE');
  if (!isFargate || isFargatePair(Number(cpu), Number(memory))) return [];
  return [
    contradiction('E_STATE', {
      message: `Fargate has no tasks of ${cpu} CPU units with ${memory} MiB.`,
      remedy: 'Choose `cpu` and `memory` from the sizes that Fargate offers.',
      place,
    }),
  ];
}

/** That it may be passed shows when the definition is registered, before anything runs. */
const tasks = 'ecs-tasks.amazonaws.com';

function judgeRole(
  arn: string,
  { place, wishes, roles }: { place: string; wishes: TaskWishes; roles: Foundations['roles'] },
): readonly Remark[] {
  const outside = arn.startsWith('arn:') ? outsideScope(arn, wishes.contract) : undefined;
  if (outside !== undefined) return [elsewhere(arn, outside, place)];
  if (roles.kind === 'unreadable') return [];
  const role = roles.value.get(arn);
  if (role === undefined) return [missingRole(arn, place)];
  return role.trusts.some((service) => service === tasks || service === '*') ? [] : [untrusting(role, place)];
}

function elsewhere(arn: string, outside: string, place: string): Remark {
  return contradiction('E_SCOPE', {
    message: `The role ${nameOf(arn)} leads to ${outside}.`,
    remedy: 'Run the infra job for this environment, or correct what it publishes.',
    place,
  });
}

function missingRole(arn: string, place: string): Remark {
  return contradiction('E_STATE', {
    message: `There is no role ${nameOf(arn)}.`,
    remedy: 'Run the infra job, or correct what it publishes.',
    place,
  });
}

function untrusting({ name }: Role, place: string): Remark {
  return contradiction('E_STATE', {
    message: `The role ${name} does not let ${tasks} assume it: no task could start.`,
    remedy: `Allow sts:AssumeRole to the principal ${tasks} in the role's trust policy.`,
    place,
  });
}

function missingLogGroup(group: string, place: string): Remark {
  return contradiction('E_STATE', {
    message: `There is no log group ${group}: no task could start.`,
    remedy: 'Run the infra job, or create the log group.',
    place,
  });
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
