import { LockLost } from '../../../../lib/aws/ledger/lock-lost.ts';
import { ActionError, Findings } from '../../../../lib/core/errors.ts';
import { buildReport, publishReport } from '../report/report.ts';
import { refusedResult } from '../report/result.ts';
import { digestsOf, type ObservedEnvironment } from './observe.ts';
import type { Preparation } from './prepare.ts';

type Seen = { readonly observed: ObservedEnvironment; readonly release: string };

/** What comes before a release is begun: where it ends there, that is reported too, with what runs now. */
export async function orRefuse<Result>(
  preparation: Preparation,
  seen: Seen,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ActionError) await report(preparation, seen, error);
    throw error;
  }
}

async function report(
  { step, inputs, aws, contract, wanted, startedAt, phases }: Preparation,
  { observed, release }: Seen,
  error: ActionError,
): Promise<void> {
  const findings = error instanceof Findings ? error.findings : [];
  const told = await buildReport(aws, {
    release,
    operation: inputs.until === 'end' ? 'deploy' : inputs.until,
    verdict: error instanceof LockLost ? 'superseded' : 'refused',
    reason: findings.length > 0 ? 'The release was not begun.' : error.message,
    cluster: contract.cluster.name,
    startedAt,
    phases: phases.all,
    results: wanted.map((one) => refusedResult(one, findings, digestsOf(observed))),
  });
  await publishReport(step, told);
}
