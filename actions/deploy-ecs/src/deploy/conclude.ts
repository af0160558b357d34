import { LockLost } from '../../../../lib/aws/ledger/lock-lost.ts';
import { extendRelease } from '../../../../lib/aws/ledger/records.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { ReleasedService } from '../../../../lib/core/ledger.ts';
import type { ReleaseReport, Verdict } from '../../../../lib/core/release.ts';
import type { Progress } from '../apply/apply.ts';
import type { Announcement } from '../report/announcement.ts';
import { nextCommand } from '../report/next-command.ts';
import { buildReport, publishReport } from '../report/report.ts';
import { resultOf } from '../report/result.ts';
import { concludeRecord } from './conclude-record.ts';
import { digestsOf } from './observe.ts';
import { reportPlan } from './plan-words.ts';
import type { Preparation } from './prepare.ts';
import type { View } from './view.ts';

/** A release that was begun, as far as it came. */
export type Course = Preparation & View & { readonly progress: Progress; readonly announcement: Announcement };

/** Ledger, report, outputs and summary. A ledger that cannot be written is an error, but the report comes first. */
export async function conclude(course: Course, verdict: Verdict, aws: Aws): Promise<ReleaseReport> {
  const isOver = verdict !== 'unknown' && verdict !== 'refused';
  const error = isOver ? await record(course, verdict, aws) : undefined;
  const report = await publish(course, verdict, undefined);
  if (error !== undefined) throw error;
  return report;
}

/** Whatever interrupts the work, what is known is told before the error goes its way. ECS goes on: nothing is undone. */
export async function concludeInterrupted(course: Course, error: unknown): Promise<void> {
  const { step, aws, where, release, progress } = course;
  for (const { target } of progress.values()) {
    if (target !== undefined) step.log.info(`${target.name}: ${target.deploymentId} goes on in ECS`);
  }
  const verdict = verdictOf(error);
  const reason = error instanceof Error ? error.message : 'interrupted';
  // What follows asks AWS, which may be what hangs; this much is said in any case.
  step.outputs.set('release', release);
  step.outputs.set('verdict', verdict);
  try {
    // Its own record is its own to write, whoever has the lock by now.
    if (verdict === 'superseded') await extendRelease(aws, where, release, { verdict, reason });
    await publish(course, verdict, reason);
  } catch {
    step.log.warn('The state could not be read any more.');
  }
}

/** A run that was only frozen may go on when it is run again; one that gave way to another is over. */
function verdictOf(error: unknown): Verdict {
  return error instanceof LockLost && error.kind !== 'expired' ? 'superseded' : 'unknown';
}

async function publish(course: Course, verdict: Verdict, reason: string | undefined): Promise<ReleaseReport> {
  const { step, aws, contract, where, observed, plan, progress, release, startedAt, phases } = course;
  const report = await buildReport(aws, {
    release,
    operation: 'deploy',
    verdict,
    reason,
    cluster: contract.cluster.name,
    startedAt,
    results: [...progress.values()].map((one) => resultOf(one, digestsOf(observed))),
    plan: reportPlan(plan),
    phases: phases.all,
    next: nextCommand(verdict, { job: step.job, environment: where.environment, back: observed.head?.current }),
  });
  await publishReport(step, report);
  await course.announcement.conclude(verdict);
  return report;
}

async function record(course: Course, verdict: Verdict, aws: Aws): Promise<Error | undefined> {
  const { step, where, release: id, run, startedAt, inputs, config } = course;
  const { actor: by, commit } = step.job;
  const { fingerprint } = config;
  const services = { ...keptServices(course, verdict), ...releasedServices(course) };
  try {
    const ending = { by, reason: inputs.reason, at: new Date(startedAt).toISOString() };
    const previous = course.adopted === undefined ? course.observed.head?.current : course.adopted.previous;
    await concludeRecord(aws, where, { id, commit, run, part: { verdict, services, fingerprint }, previous, ending });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    step.log.warn(`The ledger could not be written, so a rollback does not know this release: ${error.message}`);
    return error;
  }
}

/** What the release before left, without what a good release has pruned: nobody goes back to that. */
function keptServices({ observed, plan }: Course, verdict: Verdict): Readonly<Record<string, ReleasedService>> {
  const isGood = verdict === 'succeeded' || verdict === 'unchanged';
  const pruned = new Set(isGood ? plan.removed.map(({ name }) => name) : []);
  const recorded = Object.entries(observed.current?.services ?? {});
  return Object.fromEntries(recorded.filter(([, { service }]) => !pruned.has(service)));
}

/** What the ledger needs to bring this release back. */
function releasedServices({ progress, plan, config }: Course): Readonly<Record<string, ReleasedService>> {
  const entries = plan.services.flatMap(({ name, ecsName, wanted, before, change }): [string, ReleasedService][] => {
    const { target, undone } = progress.get(name) ?? {};
    // It is back on what the release before says of it, or has nothing that anybody should return to.
    if (undone !== undefined && (undone.isBack || undone.plan.goesBackTo === undefined)) return [];
    const taskDefinition = target?.taskDefinition ?? (change === 'unchanged' ? before?.taskDefinition : undefined);
    if (taskDefinition === undefined) return [];
    const { repository } = wanted.infra;
    const derived = config.services[name]?.derived.map((secret) => secret.name) ?? [];
    return [[name, { service: ecsName, repository, digest: wanted.digest, taskDefinition, derived }]];
  });
  return Object.fromEntries(entries);
}
