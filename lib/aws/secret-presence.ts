import { ActionError } from '../core/errors.ts';
import { awsErrorName } from './errors.ts';
import { describeSecret, readSecrets, type SecretValue } from './secrets.ts';
import type { Aws } from './session.ts';

/** Whether a task could be given a secret. Nothing of its value is in here. */
export type SecretPresence =
  /** `keys`: those of the wanted ones that it has; undefined when its value is no JSON object. */
  | { readonly kind: 'present'; readonly keys: ReadonlySet<string> | undefined }
  | { readonly kind: 'absent' }
  | { readonly kind: 'being-deleted' }
  /** It is there, but has no current value. */
  | { readonly kind: 'empty' }
  /** It is there; its keys could not be looked at. `why` is AWS's name for the reason. */
  | { readonly kind: 'unread'; readonly why: string }
  /** Not even that could be read. */
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Looks whether secrets exist, have a value and hold the wanted JSON keys, twenty to a call. Values are compared here
 * and forgotten. One that may not be read is described instead.
 */
export async function findSecrets(
  aws: Aws,
  wanted: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, SecretPresence>> {
  const { values, failures } = await readIfAllowed(aws, [...wanted.keys()]);
  const byArn = new Map([...values.values()].map((value) => [value.arn, value]));
  const why = new Map(failures.map(({ id, error }) => [id, error]));
  const found = await Promise.all(
    [...wanted].map(async ([id, keys]): Promise<[string, SecretPresence]> => {
      const value = byArn.get(id) ?? values.get(id);
      if (value !== undefined) return [id, { kind: 'present', keys: keysOf(value, keys) }];
      return [id, await describePresence(aws, id, why.get(id) ?? 'unknown')];
    }),
  );
  return new Map(found);
}

/** A role may be allowed to describe secrets and not to read them. */
async function readIfAllowed(aws: Aws, ids: readonly string[]): ReturnType<typeof readSecrets> {
  try {
    return await readSecrets(aws, ids);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { values: new Map(), failures: ids.map((id) => ({ id, error: awsErrorName(error) })) };
  }
}

async function describePresence(aws: Aws, id: string, why: string): Promise<SecretPresence> {
  try {
    const secret = await describeSecret(aws, id);
    if (secret === undefined) return { kind: 'absent' };
    if (secret.isBeingDeleted) return { kind: 'being-deleted' };
    return secret.currentVersion === undefined ? { kind: 'empty' } : { kind: 'unread', why };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { kind: 'unknown', why: awsErrorName(error) };
  }
}

function keysOf({ text }: SecretValue, wanted: readonly string[]): ReadonlySet<string> | undefined {
  const value = parseObject(text);
  return value === undefined ? undefined : new Set(wanted.filter((key) => Object.hasOwn(value, key)));
}

function parseObject(text: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
