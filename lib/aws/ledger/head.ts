import { ActionError } from '../../core/errors.ts';
import type { Head, HeadChange } from '../../core/ledger.ts';
import { headPath, type Whereabouts } from '../../core/names.ts';
import type { Aws } from '../session.ts';
import { getParameter, getParameterHistory, type Parameter, putParameter } from '../ssm.ts';
import { isOfThisSchema, parseEntry } from './entry.ts';

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

function isHead(value: unknown): value is Head {
  return isOfThisSchema(value) && 'good' in value && Array.isArray(value.good) && 'nonce' in value && 'after' in value;
}
