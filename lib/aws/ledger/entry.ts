import { ActionError } from '../../core/errors.ts';
import type { Parameter } from '../ssm.ts';

/** The JSON of one of the ledger's parameters. Throws E_STATE for one that this version of Slipway did not write. */
export function parseEntry<Entry>({ name, value }: Parameter, isEntry: (value: unknown) => value is Entry): Entry {
  let entry: unknown;
  try {
    entry = JSON.parse(value);
  } catch (cause) {
    throw unreadable(name, cause);
  }
  if (!isEntry(entry)) throw unreadable(name);
  return entry;
}

export function isOfThisSchema(value: unknown): value is { schema: 1 } {
  return typeof value === 'object' && value !== null && 'schema' in value && value.schema === 1;
}

function unreadable(name: string, cause?: unknown): ActionError {
  return new ActionError('E_STATE', `The ledger's entry ${name} cannot be read: it is not one this version writes.`, {
    remedy: 'Put its last good version back (aws ssm get-parameter-history), or use the Slipway version that wrote it.',
    cause,
  });
}
