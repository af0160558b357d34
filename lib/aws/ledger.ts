import { ActionError } from '../core/errors.ts';
import { headPath, releasePath, type Whereabouts } from '../core/names.ts';
import type { Head, ReleaseRecord } from '../core/release.ts';
import type { Aws } from './session.ts';
import { type Parameter, getParameter, getParameterHistory, getParameters, putParameter } from './ssm.ts';

/**
 * The release ledger. SSM has no conditional write, but it numbers versions strictly: an entry of `head` says on which
 * version it was decided, and one whose own version is not the next is void for every reader. So of two writers who
 * decided on the same version exactly one wins, and learns it from the history, never from PutParameter's answer.
 */
export type HeadChange = Pick<Head, 'current' | 'good' | 'rolledBack'>;

/** Where the environment stands: the newest valid entry, or undefined before the first release. */
export async function readHead(aws: Aws, where: Whereabouts): Promise<Head | undefined> {
  return (await readNewest(aws, where)).head;
}

/**
 * Decides on the head as it is and writes the decision; decides again when another writer came first.
 * Throws E_STATE when that happens again and again.
 */
export async function changeHead(
  aws: Aws,
  where: Whereabouts,
  { decide, nonce }: { decide: (head: Head | undefined) => HeadChange; nonce: () => string },
): Promise<Head> {
  for (let attempt = 1; attempt <= 5; attempt++) {
    const { head, version } = await readNewest(aws, where);
    const entry: Head = { schema: 1, ...decide(head), nonce: nonce(), after: version };
    await putParameter(aws, { name: headPath(where), value: JSON.stringify(entry), overwrite: true });
    const entries = (await getParameterHistory(aws, headPath(where))).map(toEntry);
    if (entries.some((found) => found?.nonce === entry.nonce)) return entry;
  }
  throw new ActionError('E_STATE', `Other runs kept writing ${headPath(where)} at the same time.`, {
    remedy: 'Give the deploying jobs of an environment one concurrency group, then run this job again.',
  });
}

/** The record of one release, or undefined. */
export async function readRelease(aws: Aws, where: Whereabouts, id: string): Promise<ReleaseRecord | undefined> {
  const parameter = await getParameter(aws, releasePath(where, id));
  return parameter === undefined ? undefined : parseEntry(parameter, isRecord);
}

/** Records of several releases, in the order asked for; those that are gone are left out. */
export async function readReleases(
  aws: Aws,
  where: Whereabouts,
  ids: readonly string[],
): Promise<readonly ReleaseRecord[]> {
  const names = ids.map((id) => releasePath(where, id));
  const { found } = await getParameters(aws, names, { decrypt: false });
  return names.flatMap((name) => {
    const parameter = found.get(name);
    return parameter === undefined ? [] : [parseEntry(parameter, isRecord)];
  });
}

/** Writes a release's record once: a record that is there stays as it is. */
export async function writeRelease(aws: Aws, where: Whereabouts, record: ReleaseRecord): Promise<'written' | 'exists'> {
  return putParameter(aws, { name: releasePath(where, record.id), value: JSON.stringify(record), overwrite: false });
}

/** `version` counts void entries too: it is what the next entry is decided on. */
async function readNewest(aws: Aws, where: Whereabouts): Promise<{ head: Head | undefined; version: number }> {
  const newest = await getParameter(aws, headPath(where));
  if (newest === undefined) return { head: undefined, version: 0 };
  const entry = toEntry(newest);
  if (entry !== undefined) return { head: entry, version: newest.version };
  const history = await getParameterHistory(aws, headPath(where));
  const valid = history.map(toEntry).filter((found) => found !== undefined);
  return { head: valid.at(-1), version: Math.max(newest.version, ...history.map(({ version }) => version)) };
}

/** The entry, unless it is void. */
function toEntry(parameter: Parameter): Head | undefined {
  const head = parseEntry(parameter, isHead);
  return head.after === parameter.version - 1 ? head : undefined;
}

function parseEntry<Entry>({ name, value }: Parameter, isEntry: (value: unknown) => value is Entry): Entry {
  let entry: unknown;
  try {
    entry = JSON.parse(value);
  } catch (cause) {
    throw unreadable(name, cause);
  }
  if (!isEntry(entry)) throw unreadable(name);
  return entry;
}

function isHead(value: unknown): value is Head {
  return isOfThisSchema(value) && 'good' in value && Array.isArray(value.good) && 'nonce' in value && 'after' in value;
}

function isRecord(value: unknown): value is ReleaseRecord {
  return isOfThisSchema(value) && 'id' in value && 'cluster' in value && 'services' in value;
}

function isOfThisSchema(value: unknown): value is { schema: 1 } {
  return typeof value === 'object' && value !== null && 'schema' in value && value.schema === 1;
}

function unreadable(name: string, cause?: unknown): ActionError {
  return new ActionError('E_STATE', `The ledger's entry ${name} cannot be read: it is not one this version writes.`, {
    remedy: 'Put its last good version back (aws ssm get-parameter-history), or use the Slipway version that wrote it.',
    cause,
  });
}
