import { readHead } from '../../../../lib/aws/ledger/head.ts';
import { readReleases } from '../../../../lib/aws/ledger/records.ts';
import type { Head, HeadChange, ReleaseRecord } from '../../../../lib/core/ledger.ts';
import type { Verdict } from '../../../../lib/core/release.ts';
import type { Step } from '../../../../lib/github/step.ts';
import type { World } from '../../../../lib/world/open-world.ts';
import type { RollbackInputs } from '../inputs.ts';
import { moveHead } from '../deploy/record.ts';
import { buildReport, failureOf, publishReport } from '../report/report.ts';
import { type Applied, applyRollback } from './apply.ts';
import { planRollback, type RollbackPlan } from './plan.ts';
import { chooseRollbackTarget } from './choose.ts';
import type { WatchWorld } from '../watch/watch.ts';

/** Brings a good release back from the ledger alone: no build, no configuration, no infra. */
export async function rollBack(inputs: RollbackInputs, step: Step, { manifest, aws }: World): Promise<void> {
  const where = { application: manifest.application, environment: manifest.environment.name };
  const head = await readHead(aws, where);
  const target = chooseRollbackTarget(head, await readReleases(aws, where, head?.good ?? []), inputs.release);
  const plans = await planRollback(aws, target);
  step.log.info(describePlans(plans, target, head));
  if (inputs.planOnly) return;

  const told = { release: target.id, operation: 'rollback', cluster: target.cluster, startedAt: aws.clock.now() };
  const world: WatchWorld = {
    aws,
    cluster: target.cluster,
    log: step.log,
    signal: step.signal,
    deadline: aws.clock.elapsed() + inputs.waitForMinutes * 60_000,
  };
  const results = await applyRollback(plans, world).catch(async (error: unknown) => {
    const report = await buildReport(aws, {
      ...told,
      verdict: 'unknown',
      reason: 'The rollback was interrupted.',
      results: [],
    });
    await publishReport(step, report);
    throw error;
  });
  const verdict = verdictOf(results);
  if (verdict === 'rolled-back') {
    await moveHead(aws, where, (now) => rolledBack(now, target, { inputs, step, at: aws.clock.now() }));
  }
  const report = await buildReport(aws, {
    ...told,
    verdict,
    reason: undefined,
    results: results.map(({ result }) => result),
  });
  await publishReport(step, report);
  step.summary.add(`Reason given: ${inputs.reason.replaceAll(/[<>`|]/g, ' ')}`);
  const failure = failureOf(report, inputs.waitForMinutes);
  if (failure !== undefined) throw failure;
}

function verdictOf(applied: readonly Applied[]): Verdict {
  const kinds = applied.map(({ ended }) => ended?.ending.kind ?? 'completed');
  if (kinds.every((kind) => kind === 'completed')) return 'rolled-back';
  if (kinds.includes('superseded')) return 'superseded';
  return kinds.includes('failed') ? 'mixed' : 'timed-out';
}

/** The release that was left is not a good one any more. */
function rolledBack(
  head: Head | undefined,
  { id }: ReleaseRecord,
  { inputs, step, at }: { inputs: RollbackInputs; step: Step; at: number },
): HeadChange {
  const good = head?.good ?? [];
  const { reason } = inputs;
  const when = new Date(at).toISOString();
  return {
    current: id,
    good: good.slice(Math.max(0, good.indexOf(id))),
    hold: { from: head?.current, to: id, reason, by: step.job.actor, at: when },
  };
}

function describePlans(plans: readonly RollbackPlan[], target: ReleaseRecord, head: Head | undefined): string {
  return [
    `Back from ${head?.current ?? 'an unknown release'} to ${target.id} of ${target.at} (commit ${target.commit || 'unknown'})`,
    ...plans.map(
      ({ name, released, isThere }) =>
        `  ${name}: ${isThere ? 'runs it already' : `back to ${released.digest.slice(0, 19)}`}`,
    ),
  ].join('\n');
}
