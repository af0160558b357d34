import { type ActionError, Findings } from '../../../../lib/core/errors.ts';
import { buildReport, publishReport } from '../report/report.ts';
import { refusedResult } from '../report/result.ts';
import { digestsOf, type ObservedEnvironment } from './observe.ts';
import type { Preparation } from './prepare.ts';

/** A release that cannot begin is reported too: as refused, with what runs now. */
export async function reportRefusal(
  { step, inputs, aws, contract, wanted, startedAt, phases }: Preparation,
  { observed, release, error }: { observed: ObservedEnvironment; release: string; error: ActionError },
): Promise<void> {
  const findings = error instanceof Findings ? error.findings : [];
  const report = await buildReport(aws, {
    release,
    operation: inputs.until === 'end' ? 'deploy' : inputs.until,
    verdict: 'refused',
    reason: findings.length > 0 ? 'The release was not begun.' : error.message,
    cluster: contract.cluster.name,
    startedAt,
    phases: phases.all,
    results: wanted.map((one) => refusedResult(one, findings, digestsOf(observed))),
  });
  await publishReport(step, report);
}
