import { ActionError } from '../../../../lib/core/errors.ts';
import type { Head, ReleaseRecord } from '../../../../lib/core/ledger.ts';
import { malformed } from '../../../../lib/github/inputs.ts';

/** What the ledger says of an environment; records newest first. */
export type Ledger = { readonly head: Head | undefined; readonly records: readonly ReleaseRecord[] };

export type Wish = {
  /** Id or commit; undefined: the last good release. */
  readonly release: string | undefined;
  readonly force: boolean;
};

export type Choice = {
  readonly target: ReleaseRecord;
  /** Id of the release that is left; undefined when the ledger does not know what is there. */
  readonly from: string | undefined;
};

/**
 * The release to go back to: one that was good, and never the one that is left. Throws E_STATE when there is none, and
 * E_POLICY where it takes `force`.
 */
export function chooseRollback({ head, records }: Ledger, wish: Wish): Choice {
  const unfinished = unfinishedRelease(records);
  const from = unfinished?.operation === 'rollback' ? head?.hold?.from : (unfinished?.id ?? head?.current);
  const once = [...(head?.good ?? []), ...(head?.left ?? []).map(({ release }) => release)];
  const good = once.flatMap((id) => records.find((record) => record.id === id && wasGood(record)) ?? []);
  if (head === undefined || good.length === 0) throw nothing('The ledger knows no good release of this environment.');
  const isLeft = ({ id }: ReleaseRecord) => head.left?.some(({ release }) => release === id) === true;
  const target =
    wish.release === undefined
      ? lastGood(head, { good: good.filter((one) => !isLeft(one)), unfinished, from })
      : findWished(good, wish.release);
  if (target === undefined) {
    throw nothing(
      wish.release === undefined
        ? 'There is no good release before the current one.'
        : 'No good release has this id or commit.',
      good,
    );
  }
  if (target.id === from) throw nothing(`${target.id} is the release that is to be left.`, good);
  refuseTarget(target, { head, records }, wish);
  return { target, from };
}

/**
 * Why one does not simply go back to it: asked when it is chosen, and again under the lock, since another run may have
 * finished meanwhile.
 */
export function refuseTarget(target: ReleaseRecord, { head, records }: Ledger, { force }: Pick<Wish, 'force'>): void {
  const floor = head?.floor;
  const oldest = floor === undefined ? undefined : (records.find(({ id }) => id === floor.release)?.at ?? floor.at);
  if (oldest !== undefined && target.id !== floor?.release && Date.parse(target.at) < Date.parse(oldest)) {
    throw new ActionError(
      'E_STATE',
      `${target.id} is from before a contract migration: since ${floor?.release ?? ''} the database does not have any more what it needs.`,
      { remedy: `Choose ${floor?.release ?? ''} or a later release, or mend forward.`, place: 'release' },
    );
  }
  const left = head?.left?.find(({ release }) => release === target.id);
  if (left === undefined || force) return;
  throw new ActionError('E_POLICY', `${target.id} was left by a rollback of ${left.at}: ${left.reason}`, {
    remedy: 'Choose another release; or say `force: true` when the reason is gone.',
    place: 'release',
  });
}

/** What was begun last, unless it has settled: it is what the environment stands on, whatever the head says. */
export function unfinishedRelease([newest]: readonly ReleaseRecord[]): ReleaseRecord | undefined {
  return newest !== undefined && !settled.has(newest.verdict) ? newest : undefined;
}

const settled: ReadonlySet<unknown> = new Set(['succeeded', 'unchanged', 'undone', 'rolled-back', 'refused']);

function wasGood({ verdict }: ReleaseRecord): boolean {
  return verdict === 'succeeded' || verdict === 'unchanged';
}

/** A rollback that did not come to its end is gone on with; else the newest that was good before what is left. */
function lastGood(
  { current, good: ids, hold }: Head,
  {
    good,
    unfinished,
    from,
  }: { good: readonly ReleaseRecord[]; unfinished: ReleaseRecord | undefined; from: string | undefined },
): ReleaseRecord | undefined {
  if (unfinished?.operation === 'rollback') return good.find(({ id }) => id === hold?.to);
  const older = current !== undefined && from === current ? ids.slice(ids.indexOf(current) + 1) : ids;
  return good.find(({ id }) => id !== from && older.includes(id));
}

/** Releases of one commit are one wish; two commits that begin alike are not. */
function findWished(good: readonly ReleaseRecord[], wish: string): ReleaseRecord | undefined {
  const named = good.find(({ id }) => id === wish);
  if (named !== undefined || !/^[0-9a-f]{7,40}$/.test(wish)) return named;
  const found = good.filter(({ commit }) => commit.startsWith(wish));
  if (new Set(found.map(({ commit }) => commit)).size > 1)
    throw malformed('release', 'is the beginning of several commits', 'Give more digits, or the id of the release.');
  return found[0];
}

function nothing(message: string, good: readonly ReleaseRecord[] = []): ActionError {
  const known = good.map(({ id }) => id).join(', ');
  return new ActionError('E_STATE', message, {
    remedy: known === '' ? 'Deploy a release first.' : `Good ones, newest first: ${known}.`,
    place: 'release',
  });
}
