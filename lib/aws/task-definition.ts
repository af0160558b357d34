import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import type { DescribeTaskDefinitionCommandOutput, Tag } from '@aws-sdk/client-ecs';
import { ecs } from './ecs-client.ts';
import { type Pace, paceOf } from './pace.ts';
import { isNamed } from './errors.ts';
import type { Aws } from './session.ts';
import { isSameDefinition } from './task-definition-compare.ts';
import type { TaskDefinition } from './task-definition-compose.ts';

/** A definition as ECS keeps it. Deregistered (INACTIVE) ones can still be described. */
export type RegisteredDefinition = {
  readonly arn: string;
  readonly active: boolean;
  /** Ready to be registered again: what only DescribeTaskDefinition shows is taken off. */
  readonly definition: TaskDefinition;
  /** Without those that AWS itself has set, which nobody may set again. */
  readonly tags: Readonly<Record<string, string>>;
};

/** By ARN, `family:revision`, or a family for its newest ACTIVE revision. Undefined when there is none. */
export async function describeTaskDefinition(aws: Aws, name: string): Promise<RegisteredDefinition | undefined> {
  await readPace(aws)();
  try {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ['TAGS'] });
    return toRegistered(await aws.send(ecs(aws), command));
  } catch (error) {
    // ECS says a definition that is not there by a ClientException: "Unable to describe task definition."
    if (isNamed(error, 'ClientException')) return undefined;
    throw error;
  }
}

/**
 * ECS lets 50 reads of definitions through at once and 20 a second after that, for the whole account; a hundred services
 * are read without a throttle when some of that is left to others.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 */
function readPace(aws: Aws): Pace {
  const pace = readPaces.get(aws.configuration) ?? paceOf(aws.clock, { burst: 40, everyMs: 1_000 / 15 });
  readPaces.set(aws.configuration, pace);
  return pace;
}

const readPaces = new WeakMap<Aws['configuration'], Pace>();

/** The account's one registration a second is shared with everybody else's: giving up early would fail a healthy release. */
const longestThrottleMs = 10 * 60_000;

/** Always makes a new revision. A lost answer may leave an unused one behind, which does no harm. */
export async function registerTaskDefinition(
  aws: Aws,
  definition: TaskDefinition,
  tags: Readonly<Record<string, string>>,
): Promise<string> {
  const answer = await aws.send(
    ecs(aws),
    new RegisterTaskDefinitionCommand({
      ...definition,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    }),
    { deadlineMs: longestThrottleMs },
  );
  return answer.taskDefinition?.taskDefinitionArn ?? '';
}

/**
 * The family's newest revision when it already says the same, else a new one. Older revisions are not looked through:
 * the newest one shall always be the one that should run.
 */
export async function registerUnlessSame(
  aws: Aws,
  definition: TaskDefinition,
  tags: Readonly<Record<string, string>>,
): Promise<{ arn: string; isNew: boolean }> {
  const newest = await describeTaskDefinition(aws, definition.family ?? '');
  if (newest?.active === true && isSameDefinition(newest.definition, definition))
    return { arn: newest.arn, isNew: false };
  return { arn: await registerTaskDefinition(aws, definition, tags), isNew: true };
}

/**
 * Makes a revision INACTIVE. Services and tasks that run it go on, but nothing new can be started from it: the caller
 * has made sure that nobody refers to it.
 */
export async function deregisterTaskDefinition(aws: Aws, arn: string): Promise<void> {
  await aws.send(ecs(aws), new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
}

/** Digest of the container's image, or of the first one's; empty for an image that is named by a tag. */
export function imageDigestOf({ containerDefinitions = [] }: TaskDefinition, container?: string): string {
  const { image = '' } = containerDefinitions.find(({ name }) => name === container) ?? containerDefinitions[0] ?? {};
  return image.includes('@') ? image.slice(image.indexOf('@') + 1) : '';
}

function toRegistered({
  taskDefinition,
  tags = [],
}: DescribeTaskDefinitionCommandOutput): RegisteredDefinition | undefined {
  if (taskDefinition === undefined) return undefined;
  const {
    taskDefinitionArn,
    status,
    revision: _revision,
    requiresAttributes: _requiresAttributes,
    compatibilities: _compatibilities,
    registeredAt: _registeredAt,
    registeredBy: _registeredBy,
    deregisteredAt: _deregisteredAt,
    deleteRequestedAt: _deleteRequestedAt,
    ...definition
  } = taskDefinition as typeof taskDefinition & { deleteRequestedAt?: unknown };
  return {
    arn: taskDefinitionArn ?? '',
    active: status === 'ACTIVE',
    definition: { ...definition, family: definition.family, containerDefinitions: definition.containerDefinitions },
    tags: readTags(tags),
  };
}

function readTags(tags: readonly Tag[]): Readonly<Record<string, string>> {
  const own = tags.filter(({ key = '' }) => !key.startsWith('aws:'));
  return Object.fromEntries(own.map(({ key = '', value = '' }) => [key, value]));
}
