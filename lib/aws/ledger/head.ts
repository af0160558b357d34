import { ActionError } from '../../core/errors.ts';
import type { Head, HeadChange } from '../../core/ledger.ts';
import { headPath, type Whereabouts } from '../../core/names.ts';
import type { Aws } from '../session.ts';
import { isOfThisSchema } from './entry.ts';
import { type Entries, readNewest, writeEntry } from './versions.ts';

/** Where the environment stands: the newest valid entry, or undefined before the first release. */
export async function readHead(aws: Aws, where: Whereabouts): Promise<Head | undefined> {
  return (await readNewest(aws, headsOf(where))).entry;
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
    const { entry: head, version } = await readNewest(aws, headsOf(where));
    const entry: Head = { ...decide(head), schema: 1, nonce: nonce(), after: version };
    if ((await writeEntry(aws, headsOf(where), entry)) !== undefined) return entry;
  }
  throw new ActionError('E_STATE', `Other runs kept writing ${headPath(where)} at the same time.`, {
    remedy: 'Give the deploying jobs of an environment one concurrency group, then run this job again.',
  });
}

function headsOf(where: Whereabouts): Entries<Head> {
  return { name: headPath(where), isEntry: isHead };
}

function isHead(value: unknown): value is Head {
  return isOfThisSchema(value) && 'good' in value && Array.isArray(value.good) && 'nonce' in value && 'after' in value;
}
