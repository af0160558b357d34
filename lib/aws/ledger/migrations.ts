import { ActionError } from '../../core/errors.ts';
import type { MigrationAttempt, MigrationRecord } from '../../core/ledger.ts';
import type { Aws } from '../session.ts';
import { isOfThisSchema } from './entry.ts';
import { type Entries, readNewest, writeEntry } from './versions.ts';

/** The attempts at one migration, and the version that the next entry is decided on. */
export type Attempts = { readonly attempts: readonly MigrationAttempt[]; readonly version: number };

const attemptsKept = 10;

/** By the parameter's name (`migrationPath`). */
export async function readAttempts(aws: Aws, name: string): Promise<Attempts> {
  const { entry, version } = await readNewest(aws, entriesOf(name));
  return { attempts: entry?.attempts ?? [], version };
}

/**
 * Writes an attempt down, in place of what was known of it. Throws E_STATE when someone else wrote meanwhile, which
 * the lock does not let happen.
 */
export async function writeAttempt(
  aws: Aws,
  name: string,
  { before, attempt, nonce }: { before: Attempts; attempt: MigrationAttempt; nonce: string },
): Promise<Attempts> {
  const others = before.attempts.filter(({ number }) => number !== attempt.number);
  const attempts = [...others, attempt].slice(-attemptsKept);
  const entry: MigrationRecord = { schema: 1, attempts, nonce, after: before.version };
  const written = await writeEntry(aws, entriesOf(name), entry);
  if (written !== undefined) return { attempts, version: written.version };
  throw new ActionError('E_STATE', `Someone else has written ${name} at the same time.`, {
    remedy: 'Two runs migrate one database: give the jobs one concurrency group, then run this job again.',
  });
}

function entriesOf(name: string): Entries<MigrationRecord> {
  return { name, isEntry: isMigrationRecord };
}

export function isMigrationRecord(value: unknown): value is MigrationRecord {
  return isOfThisSchema(value) && 'attempts' in value && Array.isArray(value.attempts) && 'nonce' in value;
}
