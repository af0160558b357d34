import { LockLost } from '../../../../lib/aws/ledger/lock-lost.ts';
import { extendRelease } from '../../../../lib/aws/ledger/records.ts';
import type { ReleasedService } from '../../../../lib/core/ledger.ts';
import type { ReleaseReport, Verdict } from '../../../../lib/core/release.ts';
import { commandFor } from '../../../../lib/github/command.ts';
import { moveHead } from '../deploy/record.ts';
import { announceRelease } from '../report/announcement.ts';
import { buildReport, publishReport } from '../report/report.ts';
import type { WatchWorld } from '../watch/watch.ts';
import { type Progress, restoredServices } from './apply.ts';
import type { Retreat } from './retreat.ts';
import { standOn } from './head.ts';
import { resultsOf, verdictOf } from './result.ts';

/** A rollback that was begun, as far as it came. */
export type Course = Retreat & {
  /** Of its own record. */
  readonly id: string;
  readonly progress: Progress;
};

/** Ledger and report. A ledger that cannot be written is an error, but the report comes first. */
export async function conclude(course: Course, world: WatchWorld): Promise<ReleaseReport> {
  const verdict = verdictOf(course.progress);
  const error = await record(course, verdict, world).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const published = await publish(course, { verdict, reason: reasonOf(course, verdict) });
  if (error === undefined) return published;
  course.step.log.warn('The ledger could not be written: run this rollback again.');
  throw error;
}

/** What is known is told before the error goes its way. ECS goes on with what was begun: nothing is taken back. */
export async function concludeInterrupted(error: unknown, course: Course): Promise<void> {
  const { step, environment, choice, id, progress } = course;
  for (const { target } of progress.values()) {
    if (target !== undefined) step.log.info(`${target.name}: ${target.deploymentId} goes on in ECS`);
  }
  const verdict = error instanceof LockLost ? 'superseded' : 'unknown';
  const reason = error instanceof Error ? error.message : 'interrupted';
  // What follows asks AWS, which may be what hangs; this much is said in any case.
  step.outputs.set('release', choice.target.id);
  step.outputs.set('verdict', verdict);
  try {
    if (verdict === 'superseded') await extendRelease(environment.aws, environment.where, id, { verdict, reason });
    await publish(course, { verdict, reason });
  } catch {
    step.log.warn('The state could not be read any more.');
  }
}

async function record(course: Course, verdict: Verdict, { aws }: WatchWorld): Promise<void> {
  const { environment, choice, inputs, forced, id, progress } = course;
  const { where } = environment;
  const services = restoredServices(progress);
  const reason = [inputs.reason, ...forced.map((sentence) => `Forced: ${sentence}`)].join('\n');
  await extendRelease(aws, where, id, { verdict, reason, services: { ...laterOf(course), ...services } });
  if (verdict !== 'rolled-back') return;
  const moved = Object.entries(services).filter(
    ([name, { taskDefinition }]) => choice.target.services[name]?.taskDefinition !== taskDefinition,
  );
  // From now on the release is what was registered for it now.
  if (moved.length > 0) await extendRelease(aws, where, choice.target.id, { services: Object.fromEntries(moved) });
  await moveHead(aws, where, (head) => standOn(head, choice.target.id));
}

/** Services that came later are a part of what was left, as the ledger knows them. */
function laterOf({ ledger: { head, records }, choice: { from }, later }: Course): Record<string, ReleasedService> {
  const known = records.filter(({ id }) => id === from || id === head?.current).toReversed();
  const services = known.flatMap((one) => Object.entries(one.services));
  return Object.fromEntries(services.filter(([name]) => later.includes(name)));
}

function reasonOf({ choice, forced }: Course, verdict: Verdict): string | undefined {
  if (verdict === 'mixed') return `The rollback could not be finished: not every service runs ${choice.target.id}.`;
  return forced.length > 0 ? `Forced: ${forced.join(' ')}` : undefined;
}

async function publish(course: Course, told: { verdict: Verdict; reason: string | undefined }): Promise<ReleaseReport> {
  const { step, environment, inputs, choice, progress, later, startedAt } = course;
  const { aws, where } = environment;
  const { cluster, id: release } = choice.target;
  const isOver = told.verdict === 'rolled-back';
  const again = { operation: 'rollback', environment: where.environment, release, reason: inputs.reason };
  const report = await buildReport(aws, {
    ...told,
    release,
    operation: 'rollback',
    cluster,
    startedAt,
    results: await resultsOf(progress, { aws, cluster }),
    next: isOver ? undefined : commandFor(step.job, again),
  });
  await publishReport(step, report);
  await announce(course, told.verdict);
  const left = later.length === 0 ? [] : [`Left running, since they came after ${release}: ${later.join(', ')}.`];
  step.summary.add([`Reason given: ${inputs.reason.replaceAll(/[<>`|]/g, ' ')}`, ...left].join('\n\n'));
  return report;
}

/** Last of all: nobody waits for GitHub before the services are back. */
async function announce({ step, environment, inputs, choice }: Course, verdict: Verdict): Promise<void> {
  const { where, manifest } = environment;
  const { domain, github } = manifest?.environment ?? {};
  const announcement = announceRelease(step, {
    token: inputs.githubToken,
    environment: github?.environment ?? where.environment,
    domain,
    operation: 'rollback',
    release: choice.target.id,
    commit: choice.target.commit,
  });
  announcement.begin();
  await announcement.conclude(verdict);
}
