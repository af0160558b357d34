import type { RunName } from '../core/ledger.ts';
import type { Job } from './job.ts';

/** The run as the ledger names it. */
export function runNameOf({ repository, workflow, runId, runNumber, runAttempt, actor, url }: Job): RunName {
  return {
    repository,
    workflow,
    id: runId,
    number: runNumber,
    attempt: runAttempt,
    actor,
    ...(url === undefined ? {} : { url }),
  };
}
