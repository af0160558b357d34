import { type CommitOrder, judgeGate, judgeHold } from '../core/gate.ts';
import type { Head } from '../core/ledger.ts';
import type { KnockInputs } from '../github/common-inputs.ts';
import { commandFor } from '../github/command.ts';
import { compareCommits } from '../github/compare.ts';
import type { Job } from '../github/job.ts';
import { runNameOf } from '../github/run-name.ts';

/** A run that wants to change an environment, and what it says for itself. */
export type Visitor = KnockInputs & {
  readonly job: Job;
  /** Name of the environment. */
  readonly environment: string;
};

/** Asks whether a deploy may begin where the environment stands. Throws E_STATE when a hold or a newer release forbids it. */
export async function knock(head: Head | undefined, visitor: Visitor): Promise<void> {
  const { job, reason, force } = visitor;
  const error = judgeGate(head, {
    run: runNameOf(job),
    commit: job.commit,
    event: job.event,
    reason,
    force,
    order: await orderOf(head, visitor),
    resume: resumeCommand(visitor),
  });
  if (error !== undefined) throw error;
}

/** Throws E_STATE under any hold: a deploy by hand has ended the one it came in under, so what is there now came later. */
export function refuseUnderHold(head: Head | undefined, visitor: Pick<Visitor, 'job' | 'environment'>): void {
  const error = judgeHold(head, { event: visitor.job.event, reason: undefined, resume: resumeCommand(visitor) });
  if (error !== undefined) throw error;
}

function resumeCommand({ job, environment }: Pick<Visitor, 'job' | 'environment'>): string {
  return commandFor(job, { operation: 'resume', environment });
}

/** GitHub is asked only where its answer counts, and only with a token. */
async function orderOf(
  head: Head | undefined,
  { job, force, githubToken: token }: Visitor,
): Promise<CommitOrder | undefined> {
  const { repository, apiUrl, commit } = job;
  const newest = head?.newest;
  if (newest === undefined || token === undefined || force || newest.run.repository !== repository) return undefined;
  return compareCommits({ token, repository, apiUrl, base: newest.commit, head: commit });
}
