import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { TaskDefinition } from './task-definition-compose.ts';

/** What the manifest has a say in where a definition is not of our making. */
export type Managed = { readonly environment: boolean; readonly sizes: boolean };

export type WithOurImage =
  | { readonly kind: 'changed'; readonly definition: TaskDefinition; readonly container: string }
  /** None is called as wanted, and there is not exactly one. */
  | { readonly kind: 'no-container'; readonly containers: readonly string[] };

/**
 * A definition that others made, with our image in it. Its family, roles, volumes, other containers and all that we do
 * not know stay as they are; variables and sizes only change where the manifest says something of them.
 */
export function putImageInto(current: TaskDefinition, wanted: TaskDefinition, managed: Managed): WithOurImage {
  const containers = current.containerDefinitions ?? [];
  const [ours = {}] = wanted.containerDefinitions ?? [];
  const container = containers.find(({ name }) => name === ours.name) ?? onlyOne(containers);
  if (container?.name === undefined)
    return { kind: 'no-container', containers: containers.map(({ name = '' }) => name) };
  const variables = { environment: ours.environment, secrets: ours.secrets };
  const changed = { ...container, image: ours.image, ...(managed.environment ? variables : {}) };
  return {
    kind: 'changed',
    container: container.name,
    definition: {
      ...current,
      ...(managed.sizes ? { cpu: wanted.cpu, memory: wanted.memory } : {}),
      containerDefinitions: containers.map((one) => (one === container ? changed : one)),
    },
  };
}

function onlyOne(containers: readonly ContainerDefinition[]): ContainerDefinition | undefined {
  return containers.length === 1 ? containers[0] : undefined;
}
