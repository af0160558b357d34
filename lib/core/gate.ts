import { ActionError } from './errors.ts';
import type { Head, RunName } from './ledger.ts';
import { describeRun } from './lock.ts';

/** Where the second of two commits stands, seen from the first. `diverged`: neither is an ancestor of the other. */
export type CommitOrder = 'ahead' | 'identical' | 'behind' | 'diverged';

/** A deploy that wants in, and what it may know of the one before. */
export type Knock = {
  readonly run: RunName;
  /** Empty when unknown. */
  readonly commit: string;
  /** GitHub's name of what started the run; empty outside of GitHub. */
  readonly event: string;
  /** Why it is deployed by hand. */
  readonly reason: string | undefined;
  readonly force: boolean;
  /** Where this commit stands, seen from the newest that was deployed; undefined when GitHub was not asked or did not say. */
  readonly order: CommitOrder | undefined;
  /** What a person types to end a hold. */
  readonly resume: string;
};

/** Whether a deploy may begin where the environment stands: E_STATE when a hold or a newer release forbids it. */
export function judgeGate(head: Head | undefined, knock: Knock): ActionError | undefined {
  return judgeHold(head, knock) ?? judgeOrder(head, knock);
}

/** After a rollback nothing deploys by itself: the next push would bring back what was left. */
export function judgeHold(
  head: Head | undefined,
  { event, reason, resume }: Pick<Knock, 'event' | 'reason' | 'resume'>,
): ActionError | undefined {
  if (head?.hold === undefined || (isByHand(event) && reason !== undefined)) return undefined;
  const { by, at, to, from } = head.hold;
  const what = `${by === '' ? 'Someone' : by} went back from ${from ?? 'an unknown release'} to ${to} at ${at}`;
  return new ActionError('E_STATE', `Deploys are on hold: ${what}. The reason given was: ${head.hold.reason}`, {
    remedy: `End the hold with \`operation: resume\` (${resume}), or deploy by hand with a \`reason\`.`,
  });
}

function isByHand(event: string): boolean {
  return event === 'workflow_dispatch' || event === '';
}

/** An older commit never goes over a newer one, and what cannot be compared does not either, unless forced. */
function judgeOrder(head: Head | undefined, knock: Knock): ActionError | undefined {
  if (head?.newest === undefined || knock.force) return undefined;
  const { newest } = head;
  const why = whyNotNewer(newest, knock);
  if (why === undefined) return undefined;
  const there = `${newest.release} (commit ${newest.commit.slice(0, 12) || 'unknown'})`;
  return new ActionError('E_STATE', `${why} ${there} is the newest that was deployed.`, {
    remedy:
      'Deploy the newest commit, or give `force: true` when this one is meant. To go back, use `operation: rollback`.',
  });
}

function whyNotNewer(newest: NonNullable<Head['newest']>, { run, commit, order }: Knock): string | undefined {
  if (!isKnown(newest.run)) return undefined;
  if (!isKnown(run)) return 'A commit of unknown origin cannot be compared with what is deployed.';
  if (run.repository !== newest.run.repository)
    return `${run.repository} is another repository than ${newest.run.repository}, so their commits cannot be compared.`;
  if (commit !== '' && commit === newest.commit) return undefined;
  switch (order) {
    case 'ahead':
    case 'identical':
      return undefined;
    case 'behind':
      return 'This commit is older than what is deployed.';
    case 'diverged':
      return 'This commit does not follow what is deployed: the branch was rewritten, or it is another branch.';
    case undefined:
      return isLaterRun(run, newest.run) ? undefined : `${describeRun(run)} is older than the one that deployed last.`;
  }
}

function isKnown({ repository }: Pick<RunName, 'repository'>): boolean {
  return repository !== 'local';
}

/** Numbers count the runs of one workflow, ids those of all GitHub; the same run again is not older. */
function isLaterRun(run: RunName, newest: Pick<RunName, 'workflow' | 'id' | 'number'>): boolean {
  const isComparable = run.workflow === newest.workflow && run.number > 0 && newest.number > 0;
  return isComparable ? run.number >= newest.number : Number(run.id) >= Number(newest.id);
}
