import type { Lock } from '../../core/ledger.ts';
import { lockPath, type Whereabouts } from '../../core/names.ts';
import type { Aws } from '../session.ts';
import { isOfThisSchema } from './entry.ts';
import { type Entries, type Newest, readNewest, type ReadOptions } from './versions.ts';

/** Who changes the environment, or was the last to do so; `entry` is undefined before anybody has. */
export function readLock(aws: Aws, where: Whereabouts, options: ReadOptions = {}): Promise<Newest<Lock>> {
  return readNewest(aws, locksOf(where), options);
}

export function locksOf(where: Whereabouts): Entries<Lock> {
  return { name: lockPath(where), isEntry: isLock };
}

function isLock(value: unknown): value is Lock {
  return isOfThisSchema(value) && 'state' in value && 'owner' in value && 'lease' in value && 'nonce' in value;
}
