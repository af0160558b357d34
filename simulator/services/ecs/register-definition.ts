import type { Call } from '../../operation.ts';
import { checkTaskDefinition } from './definition-checks.ts';
import type { RegisterTaskDefinitionInput } from './definition-shape.ts';
import { principalArn } from './principal.ts';
import type { Ecs, TaskDefinition } from './state.ts';

/** Every registration is a new revision, also of an identical definition. */
export function registerDefinition(ecs: Ecs, input: RegisterTaskDefinitionInput, call: Call): TaskDefinition {
  const { tags, ...rest } = input;
  const size = checkTaskDefinition(input);
  const family = ecs.families.get(input.family) ?? { name: input.family, lastRevision: 0, revisions: new Map() };
  ecs.families.set(input.family, family);
  family.lastRevision += 1;
  const definition: TaskDefinition = {
    ...rest,
    ...size,
    arn: ecs.names.taskDefinition(input.family, family.lastRevision),
    revision: family.lastRevision,
    registeredAt: ecs.cloud.clock.now(),
    registeredBy: principalArn(call),
    status: 'ACTIVE',
    usable: true,
    tags,
  };
  family.revisions.set(definition.revision, definition);
  return definition;
}
