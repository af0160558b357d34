import { z } from 'zod';
import { operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from './answers.ts';
import { conditionsOf, passedRoles, taggedOnCreation } from './authorization.ts';
import { describeDefinition } from './definition-answer.ts';
import { registerTaskDefinitionInput } from './definition-shape.ts';
import { clientError } from './errors.ts';
import { findDefinition } from './lookup.ts';
import { nameFromArn } from './names.ts';
import { registerDefinition } from './register-definition.ts';
import { request } from './shapes.ts';
import type { Ecs, TaskDefinition } from './state.ts';

function existing(ecs: Ecs, reference: string): TaskDefinition {
  const definition = findDefinition(ecs, reference);
  if (definition === undefined) throw clientError('Unable to describe task definition.');
  return definition;
}

const reference = z.string().min(1);
const paging = { maxResults: z.int().min(1).max(100).default(100), nextToken: z.string().optional() };
const status = z.enum(['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS']).default('ACTIVE');

/** Deleting is allowed when neither a task nor a service uses the revision; until then it stays in progress. */
function isUsed(ecs: Ecs, definition: TaskDefinition): boolean {
  const inTasks = [...ecs.tasks.values()].some((task) => task.definition === definition && task.status !== 'STOPPED');
  const services = [...ecs.clusters.values()].flatMap((cluster) => [...cluster.services.values()]);
  return (
    inTasks || services.some((service) => service.deployments.some(({ target }) => target.definition === definition))
  );
}

export function definitionOperations(ecs: Ecs): Record<string, Operation> {
  // The revision is known only afterwards.
  const anyRevision = (family: string) => ecs.names.reference(`${family}:*`);
  return {
    RegisterTaskDefinition: operation({
      input: registerTaskDefinitionInput,
      resources: ({ family }) => [anyRevision(family)],
      conditions: (input) => ({
        ...conditionsOf(ecs, { tags: input.tags }),
        ...(input.cpu === undefined ? {} : { 'ecs:task-cpu': input.cpu }),
        ...(input.memory === undefined ? {} : { 'ecs:task-memory': input.memory }),
        'ecs:compute-compatibility': input.requiresCompatibilities,
        // The simulator takes no privileged containers.
        'ecs:privileged': 'false',
      }),
      dependents: ({ family, tags, taskRoleArn, executionRoleArn }) => [
        ...passedRoles([taskRoleArn, executionRoleArn]),
        ...taggedOnCreation('RegisterTaskDefinition', anyRevision(family), tags),
      ],
      run(input, call) {
        const definition = registerDefinition(ecs, input, call);
        return { taskDefinition: describeDefinition(definition), tags: definition.tags };
      },
    }),
    DescribeTaskDefinition: operation({
      input: request({ taskDefinition: reference, include: z.array(z.literal('TAGS')).default([]) }),
      run({ taskDefinition, include }) {
        const definition = existing(ecs, taskDefinition);
        return {
          taskDefinition: describeDefinition(definition),
          tags: include.includes('TAGS') ? definition.tags : [],
        };
      },
    }),
    ListTaskDefinitions: operation({
      input: request({
        familyPrefix: z.string().optional(),
        status,
        sort: z.enum(['ASC', 'DESC']).default('ASC'),
        ...paging,
      }),
      run({ familyPrefix, status: wanted, sort, ...rest }) {
        const families = [...ecs.families.values()]
          .filter(({ name }) => familyPrefix === undefined || name === familyPrefix)
          .sort((one, other) => (one.name < other.name ? -1 : 1));
        const definitions = families.flatMap(({ revisions }) => [...revisions.values()]);
        if (sort === 'DESC') definitions.reverse();
        const { items, ...more } = page(
          definitions.filter((definition) => definition.status === wanted),
          rest,
        );
        return { taskDefinitionArns: items.map(({ arn }) => arn), ...more };
      },
    }),
    ListTaskDefinitionFamilies: operation({
      input: request({
        familyPrefix: z.string().default(''),
        status: z.enum(['ACTIVE', 'INACTIVE', 'ALL']).default('ALL'),
        ...paging,
      }),
      run({ familyPrefix, status: wanted, ...rest }) {
        const matching = [...ecs.families.values()].filter(({ name, revisions }) => {
          const isActive = [...revisions.values()].some((definition) => definition.status === 'ACTIVE');
          return name.startsWith(familyPrefix) && (wanted === 'ALL' || isActive === (wanted === 'ACTIVE'));
        });
        const { items, ...more } = page(matching.map(({ name }) => name).sort(), rest);
        return { families: items, ...more };
      },
    }),
    DeregisterTaskDefinition: operation({
      input: request({ taskDefinition: reference }),
      run({ taskDefinition }) {
        if (!nameFromArn(taskDefinition).includes(':')) throw clientError('Task definition revision is required.');
        const definition = existing(ecs, taskDefinition);
        if (definition.status === 'ACTIVE') deregister(ecs, definition);
        return { taskDefinition: describeDefinition(definition) };
      },
    }),
    DeleteTaskDefinitions: operation({
      input: request({ taskDefinitions: z.array(reference).min(1).max(10) }),
      resources: ({ taskDefinitions }) => taskDefinitions.map((definition) => ecs.names.reference(definition)),
      run({ taskDefinitions }) {
        const found = taskDefinitions.map((text) => ({ text, definition: findDefinition(ecs, text) }));
        const deletable = found.flatMap(({ definition }) =>
          definition && definition.status !== 'ACTIVE' ? [definition] : [],
        );
        return {
          taskDefinitions: deletable.map((definition) => deleteDefinition(ecs, definition)),
          failures: found
            .filter(({ definition }) => definition === undefined || definition.status === 'ACTIVE')
            .map(({ text, definition }) =>
              definition === undefined
                ? { arn: text, reason: 'MISSING' }
                : { arn: definition.arn, reason: 'The specified task definition is still in ACTIVE status.' },
            ),
        };
      },
    }),
  };
}

/** What runs goes on; new use is refused at once, or a while later. */
function deregister(ecs: Ecs, definition: TaskDefinition): void {
  definition.status = 'INACTIVE';
  definition.deregisteredAt = ecs.cloud.clock.now();
  const refuse = () => (definition.usable = false);
  const { deregisteredUsableSeconds } = ecs.settings;
  if (deregisteredUsableSeconds > 0) ecs.after(deregisteredUsableSeconds, refuse);
  else refuse();
}

function deleteDefinition(ecs: Ecs, definition: TaskDefinition) {
  definition.status = 'DELETE_IN_PROGRESS';
  definition.usable = false;
  definition.deleteRequestedAt = ecs.cloud.clock.now();
  if (!isUsed(ecs, definition)) ecs.families.get(definition.family)?.revisions.delete(definition.revision);
  return describeDefinition(definition);
}
