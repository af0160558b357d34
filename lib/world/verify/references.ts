import type { TaskDefinition } from '../../aws/task-definition-compose.ts';
import { outsideScope, type Scope } from '../../core/arn.ts';
import { parseValueFrom } from '../../core/value-from.ts';

/** A variable of a task that ECS fills in when it starts it. */
export type Reference = { readonly variable: string; readonly valueFrom: string };

/** Execution role and task role: complete ARNs, or names where the definition is not of our making. */
export function rolesOf({ executionRoleArn, taskRoleArn }: TaskDefinition): readonly string[] {
  return [...new Set([executionRoleArn ?? [], taskRoleArn ?? []].flat())];
}

/** Log groups that must be there; the ones that ECS makes itself need not. */
export function logGroupsOf({ containerDefinitions = [] }: TaskDefinition): readonly string[] {
  return containerDefinitions.flatMap(({ logConfiguration: { logDriver, options } = {} }) => {
    const group = options?.['awslogs-group'];
    return logDriver !== 'awslogs' || options?.['awslogs-create-group'] === 'true' || group === undefined
      ? []
      : [group];
  });
}

/** Of all containers, their logging included. */
export function referencesOf({ containerDefinitions = [] }: TaskDefinition): readonly Reference[] {
  return containerDefinitions
    .flatMap(({ secrets = [], logConfiguration }) => [...secrets, ...(logConfiguration?.secretOptions ?? [])])
    .map(({ name = '', valueFrom = '' }) => ({ variable: name, valueFrom }));
}

/** Secrets of several definitions by ARN, with the JSON keys that are asked for. */
export function secretsOf(definitions: readonly TaskDefinition[]): ReadonlyMap<string, readonly string[]> {
  const secrets = new Map<string, Set<string>>();
  for (const { valueFrom } of definitions.flatMap(referencesOf)) {
    const source = parseValueFrom(valueFrom);
    if (source.kind !== 'secret') continue;
    const keys = secrets.get(source.id) ?? new Set();
    secrets.set(source.id, source.key === undefined ? keys : keys.add(source.key));
  }
  return new Map([...secrets].map(([id, keys]) => [id, [...keys]]));
}

/** Names or ARNs of parameters. */
export function parametersOf(definitions: readonly TaskDefinition[]): readonly string[] {
  const names = definitions.flatMap(referencesOf).flatMap(({ valueFrom }) => {
    const source = parseValueFrom(valueFrom);
    return source.kind === 'parameter' ? [source.name] : [];
  });
  return [...new Set(names)];
}

/** What lies in another account, region or partition is not asked for. Only what is an ARN says where it is. */
export function isElsewhere(id: string, scope: Scope): boolean {
  return id.startsWith('arn:') && outsideScope(id, scope) !== undefined;
}
