import { containerRefusal, forbiddenMatch, isEnvironmentName } from '../core/environment-names.ts';
import { ActionError } from '../core/errors.ts';
import type { TaskDefinition } from './task-definition-compose.ts';

/**
 * The last look at the names of variables before a definition is registered, whatever they came from. Throws E_POLICY
 * for a forbidden or dangerous one. With `own`, the other containers are those of others: only what is forbidden by the
 * manifest is forbidden there too.
 */
export function checkVariableNames(definition: TaskDefinition, forbidden: readonly string[], own?: string): void {
  for (const container of definition.containerDefinitions ?? []) {
    const isOurs = own === undefined || container.name === own;
    const names = [...(container.environment ?? []), ...(container.secrets ?? [])].map(({ name }) => name ?? '');
    for (const name of names) {
      const refusal = isOurs ? refusalOf(name, forbidden) : forbiddenRefusal(name, forbidden);
      if (refusal !== undefined) throw refused(container.name ?? '', refusal);
    }
  }
}

function forbiddenRefusal(name: string, forbidden: readonly string[]): string | undefined {
  const match = forbiddenMatch(name, forbidden);
  return match === undefined ? undefined : `has the variable ${match}, which must be absent`;
}

function refusalOf(name: string, forbidden: readonly string[]): string | undefined {
  const isForbidden = forbiddenRefusal(name, forbidden);
  if (isForbidden !== undefined) return isForbidden;
  if (!isEnvironmentName(name)) return 'has a variable whose name is not A to Z, 0 to 9 and _';
  const dangerous = containerRefusal(name);
  return dangerous === undefined ? undefined : `has the variable ${name}: ${dangerous}`;
}

function refused(container: string, refusal: string): ActionError {
  return new ActionError('E_POLICY', `The task definition of ${container} ${refusal}.`, {
    remedy: 'Remove it from the manifest and run config-env again.',
    place: container,
  });
}
