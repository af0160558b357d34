import type { Head } from '../../../../lib/core/ledger.ts';
import { type CommitOrder, compareCommits } from '../../../../lib/github/compare.ts';
import { commandFor } from '../report/next-command.ts';
import { judgeGate } from './gate.ts';
import type { Preparation } from './prepare.ts';
import type { View } from './view.ts';

/** Asks whether this deploy may begin where the environment stands. Throws E_STATE when it may not. */
export async function knockAt(preparation: Preparation, { observed }: View): Promise<void> {
  const { inputs, step, run, where } = preparation;
  const error = judgeGate(observed.head, {
    run,
    commit: step.job.commit,
    event: step.job.event,
    reason: inputs.reason,
    force: inputs.force,
    order: await orderOf(preparation, observed.head),
    resume: commandFor(step.job, { operation: 'resume', environment: where.environment }),
  });
  if (error !== undefined) throw error;
}

/** GitHub is asked only where its answer counts, and only with a token. */
async function orderOf({ inputs, step, run }: Preparation, head: Head | undefined): Promise<CommitOrder | undefined> {
  const newest = head?.newest;
  const { githubToken: token, force } = inputs;
  if (newest === undefined || token === undefined || force || newest.run.repository !== run.repository)
    return undefined;
  const { repository, apiUrl, commit } = step.job;
  return compareCommits({ token, repository, apiUrl, base: newest.commit, head: commit });
}
