import { readHead } from '../../../../lib/aws/ledger/head.ts';
import { pruneReleases } from '../../../../lib/aws/ledger/prune.ts';
import { extendRelease } from '../../../../lib/aws/ledger/records.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { EndedHold, Head, HeadChange, ReleasePart, RunName } from '../../../../lib/core/ledger.ts';
import type { Whereabouts } from '../../../../lib/core/names.ts';
import type { Log } from '../../../../lib/core/world.ts';
import { withoutHold } from '../resume/resume.ts';
import { moveHead } from './record.ts';

/** A release that has ended, and what is written of it. */
export type Conclusion = {
  readonly id: string;
  readonly commit: string;
  readonly run: RunName;
  readonly part: ReleasePart;
  /** The head's current release when this one began. */
  readonly previous: string | undefined;
  /** Given by a deploy by hand, which ends a hold when it is good. */
  readonly ending?: Omit<EndedHold, 'hold'>;
};

/** How many good releases `head` remembers. */
const goodReleases = 20;

/** Writes down how a release ended, and moves the head where the verdict moves it. */
export async function concludeRecord(aws: Aws, where: Whereabouts, conclusion: Conclusion): Promise<void> {
  const { id, part, ending } = conclusion;
  await extendRelease(aws, where, id, part);
  if (part.verdict === 'succeeded' || part.verdict === 'unchanged') {
    await moveHead(aws, where, (head) => standOn(ending === undefined ? head : withoutHold(head, ending), conclusion));
  }
  // An earlier attempt had called it good; what was taken back is neither good nor there any more.
  if (part.verdict === 'undone') await stepBack(aws, where, conclusion);
  // Not a good one, but what is there: a rollback then returns to the newest good one.
  if (part.verdict === 'mixed')
    await moveHead(aws, where, (head) => ({
      ...head,
      good: head?.good ?? [],
      current: id,
      newest: newestOf(conclusion),
    }));
}

async function stepBack(aws: Aws, where: Whereabouts, { id, previous }: Conclusion): Promise<void> {
  const head = await readHead(aws, where);
  if (head?.current !== id) return;
  await moveHead(aws, where, (now) => ({
    ...now,
    current: previous,
    good: (now?.good ?? []).filter((other) => other !== id),
  }));
}

function standOn(head: HeadChange | undefined, conclusion: Conclusion): HeadChange {
  const { id } = conclusion;
  const good = [id, ...(head?.good ?? []).filter((other) => other !== id)].slice(0, goodReleases);
  return { ...head, current: id, good, newest: newestOf(conclusion) };
}

/** What an older deploy is held against from now on. */
function newestOf({ id: release, commit, run: { repository, workflow, id, number } }: Conclusion): Head['newest'] & {} {
  return { release, commit, run: { repository, workflow, id, number } };
}

/** Old records go once a release is good. The ledger is only longer when that fails. */
export async function forgetOldReleases(
  aws: Aws,
  where: Whereabouts,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<void> {
  try {
    await pruneReleases(aws, where);
  } catch (error) {
    if (signal.aborted) throw error;
    log.info(`Old records stay in the ledger: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}
