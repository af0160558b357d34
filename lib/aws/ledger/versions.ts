import { ActionError } from '../../core/errors.ts';
import type { Entry } from '../../core/ledger.ts';
import { type Aws, type SendOptions } from '../session.ts';
import { type DatedParameter, getParameter, getParameterHistory, type Parameter, overwriteParameter } from '../ssm.ts';
import { parseEntry } from './entry.ts';

/** The newest entry of a parameter that counts. */
export type Newest<Kind> = {
  /** Undefined: there is none yet. */
  readonly entry: Kind | undefined;
  /** Of the parameter, void entries included: what the next entry is decided on. 0: there is no parameter. */
  readonly version: number;
  /** How long before SSM's answer the entry was written, both by SSM's clock; undefined when SSM told no time. */
  readonly ageMs: number | undefined;
};

/** A parameter of entries that are decided by version numbers. */
export type Entries<Kind> = { readonly name: string; readonly isEntry: (value: unknown) => value is Kind };

export type ReadOptions = SendOptions & {
  /** A version that is known to be there: an answer with an older one is stale, and asked for again. */
  readonly atLeast?: number;
};

/** Reads the newest valid entry; the history is asked only when the newest version is void. */
export async function readNewest<Kind extends Entry>(
  aws: Aws,
  entries: Entries<Kind>,
  { atLeast = 0, ...options }: ReadOptions = {},
): Promise<Newest<Kind>> {
  const newest = await readFresh(aws, entries.name, atLeast, options);
  if (newest === undefined) return { entry: undefined, version: 0, ageMs: undefined };
  const { version } = newest;
  const entry = validEntry(newest, entries);
  if (entry !== undefined) return { entry, version, ageMs: ageAt(newest, newest) };
  const history = await getParameterHistory(aws, entries.name);
  const valid = history.findLast((one) => validEntry(one, entries) !== undefined);
  return {
    entry: valid === undefined ? undefined : validEntry(valid, entries),
    version: Math.max(version, ...history.map((one) => one.version)),
    ageMs: valid === undefined ? undefined : ageAt(newest, valid),
  };
}

/**
 * Writes an entry and finds out whether it counts: exactly one entry can stand at the version after the one that it was
 * decided on. PutParameter's own answer does not tell, since it may be that of a repeated call. Answers with the entry
 * as it is read back, or undefined when another writer came first.
 */
export async function writeEntry<Kind extends Entry>(
  aws: Aws,
  entries: Entries<Kind>,
  entry: Kind,
  options: SendOptions = {},
): Promise<Newest<Kind> | undefined> {
  const put = await overwriteParameter(aws, { name: entries.name, value: JSON.stringify(entry) }, options);
  const own = entry.after + 1;
  const newest = await readFresh(aws, entries.name, own, options);
  if (newest === undefined) return undefined;
  const isOurs = (one: Parameter) => parseEntry(one, entries.isEntry).nonce === entry.nonce;
  const written = newest.version === own ? newest : await readVersion(aws, entries.name, own);
  if (written === undefined || !isOurs(written)) return undefined;
  // Repeated calls have made void versions behind it, which a read that lags does not show yet.
  return { entry, version: Math.max(newest.version, put), ageMs: ageAt(newest, written) };
}

/** The newest version, read again for some seconds while the answer is older than what is known to be there. */
async function readFresh(
  aws: Aws,
  name: string,
  atLeast: number,
  options: SendOptions,
): Promise<DatedParameter | undefined> {
  for (const pauseMs of pauses) {
    const found = await getParameter(aws, name, options);
    if ((found?.version ?? 0) >= atLeast) return found;
    await aws.clock.sleep(pauseMs, options.signal);
  }
  throw stale(name);
}

/** One version out of the history; undefined when it is not kept any more. A history may lag behind as well. */
async function readVersion(aws: Aws, name: string, version: number): Promise<Parameter | undefined> {
  for (const pauseMs of pauses) {
    const history = await getParameterHistory(aws, name);
    const found = history.find((one) => one.version === version);
    const isKept = (history[0]?.version ?? version) <= version;
    if (found !== undefined || !isKept) return found;
    await aws.clock.sleep(pauseMs);
  }
  throw stale(name);
}

const pauses = [250, 500, 1_000, 2_000, 4_000];

function stale(name: string): ActionError {
  return new ActionError('E_REMOTE', `SSM keeps answering with an old version of ${name}.`, {
    remedy: 'Run the job again: it finds out what was done.',
  });
}

/** The entry, unless it is void. */
function validEntry<Kind extends Entry>(parameter: Parameter, { isEntry }: Entries<Kind>): Kind | undefined {
  const entry = parseEntry(parameter, isEntry);
  return entry.after === parameter.version - 1 ? entry : undefined;
}

function ageAt({ answeredAt }: DatedParameter, { modifiedAt }: Parameter): number | undefined {
  return answeredAt === undefined ? undefined : Math.max(0, answeredAt - modifiedAt);
}
