import { ActionError } from '../../../../lib/core/errors.ts';
import type { Head, ReleaseRecord } from '../../../../lib/core/ledger.ts';

/**
 * The release to go back to: one that was good, never the one that is left. Without a wish it is the newest good one
 * before the current. Throws E_STATE when there is none.
 */
export function chooseRollbackTarget(
  head: Head | undefined,
  good: readonly ReleaseRecord[],
  wish: string | undefined,
): ReleaseRecord {
  if (head === undefined || good.length === 0) throw nothing('The ledger knows no good release of this environment.');
  const target = wish === undefined ? lastBeforeCurrent(head, good) : findWished(good, wish);
  if (target === undefined) {
    throw nothing(
      wish === undefined
        ? 'There is no good release before the current one.'
        : 'No good release has this id or commit.',
      good,
    );
  }
  if (target.id === head.current) throw nothing(`${target.id} is the release that is to be left.`, good);
  return target;
}

function lastBeforeCurrent({ current, good }: Head, records: readonly ReleaseRecord[]): ReleaseRecord | undefined {
  const older = current === undefined ? good : good.slice(good.indexOf(current) + 1);
  return records.find(({ id }) => older.includes(id));
}

function findWished(good: readonly ReleaseRecord[], wish: string): ReleaseRecord | undefined {
  const isCommit = /^[0-9a-f]{7,40}$/.test(wish);
  return good.find(({ id, commit }) => id === wish || (isCommit && commit.startsWith(wish)));
}

function nothing(message: string, good: readonly ReleaseRecord[] = []): ActionError {
  const known = good.map(({ id }) => id).join(', ');
  return new ActionError('E_STATE', message, {
    remedy: known === '' ? 'Deploy a release first.' : `Good ones, newest first: ${known}.`,
    place: 'release',
  });
}
