import { randomUUID } from 'node:crypto';
import { type Lease, takeLock } from '../../../../lib/aws/ledger/lease.ts';
import type { ReleaseBegun } from '../../../../lib/core/ledger.ts';
import type { Verdict } from '../../../../lib/core/release.ts';
import { untilCancelled } from '../../../../lib/github/cancellation.ts';
import type { Step } from '../../../../lib/github/step.ts';
import type { World } from '../../../../lib/world/open-world.ts';
import { applyRelease, type ApplyWorld } from '../apply/apply.ts';
import { registrationPace } from '../apply/registration-pace.ts';
import type { DeployInputs } from '../inputs.ts';
import { noteBegun } from '../post/begun.ts';
import { type Announcement, announceRelease } from '../report/announcement.ts';
import { buildReport, failureOf, publishReport } from '../report/report.ts';
import { conclude, concludeInterrupted, type Course } from './conclude.ts';
import { forgetOldReleases } from './conclude-record.ts';
import { knockAt } from './knock.ts';
import { describePlan, reportPlan } from './plan-words.ts';
import { prepare, type Preparation } from './prepare.ts';
import { beforeOf, beginRecord } from './record.ts';
import { orRefuse } from './refuse.ts';
import { viewEnvironment, type View, viewUnderLock } from './view.ts';

/** Takes the services to the release's images, all or none, and says how it ended. */
export async function deploy(inputs: DeployInputs, step: Step, world: World): Promise<void> {
  const preparation = await prepare(inputs, step, world);
  const { phases, aws } = preparation;
  const seen = await phases.during('plan', () => viewEnvironment(preparation));
  step.log.info(describePlan(seen.plan));
  if (inputs.until !== 'end') return showPlan(preparation, seen);

  const lease = await orRefuse(preparation, seen, async () => {
    await knockAt(preparation, seen);
    return phases.during('lock', () => takeLock(aws, wishOf(preparation, seen)));
  });
  let isLastStep = true;
  try {
    const view = await viewUnderLock(preparation, seen, lease);
    if (view !== seen) step.log.info(describePlan(view.plan));
    const course = { ...preparation, ...view, progress: new Map(), announcement: announce(preparation, view) };
    await orRefuse(preparation, view, async () => {
      if (view !== seen) await knockAt(preparation, view);
      await begin(course, lease);
    });
    await release(course, lease);
    isLastStep = !hasContractMigrations(preparation);
  } finally {
    if (isLastStep && !hasPostStep(step)) await lease.end();
  }
}

/** The story ends here for whoever only asked: nothing was begun, so there is no verdict. */
async function showPlan(
  { inputs, step, aws, contract, startedAt, phases }: Preparation,
  { plan, release: id }: View,
): Promise<void> {
  const report = await buildReport(aws, {
    release: id,
    operation: inputs.until,
    verdict: undefined,
    reason: undefined,
    cluster: contract.cluster.name,
    startedAt,
    results: [],
    plan: reportPlan(plan),
    phases: phases.all,
  });
  await publishReport(step, report);
}

function wishOf({ inputs, step, where, run }: Preparation, { release: id }: View): Parameters<typeof takeLock>[1] {
  return {
    where,
    owner: run,
    purpose: 'deploy',
    release: id,
    signal: step.signal,
    log: step.log,
    nonce: randomUUID,
    waitForMs: inputs.waitForMinutes * 60_000,
  };
}

/** Their step, after a good release, shares the lock. */
function hasContractMigrations({ wanted }: Preparation): boolean {
  return wanted.some(({ service }) => service.migrations.some(({ phase }) => phase === 'contract'));
}

/** What a cancelled job has left to do is done by its post step, under the same lock. */
function hasPostStep({ signal, job }: Step): boolean {
  return signal.aborted && job.runId !== 'local';
}

function announce({ inputs, step, manifest }: Preparation, { release: id }: View): Announcement {
  const { name, domain, github } = manifest.environment;
  const environment = github?.environment ?? name;
  const { commit } = step.job;
  return announceRelease(step, {
    token: inputs.githubToken,
    environment,
    domain,
    operation: 'deploy',
    release: id,
    commit,
  });
}

async function release(course: Course, lease: Lease): Promise<void> {
  const { inputs, phases } = course;
  course.announcement.begin();
  const verdict = await phases.during('release', () => applyWatched(course, lease));
  const report = await conclude(course, verdict, lease.aws);
  const failure = failureOf(report, inputs.waitForMinutes);
  if (failure !== undefined) throw failure;
  const { finishRelease } = await import('../apply/finish.ts');
  await untilCancelled(course.step.signal, finishRelease(course.plan, course.progress, applyWorld(course, lease)));
  await forgetOldReleases(lease.aws, course.where, course.step);
}

/** The ledger knows what is about to happen before the first change; so does the post step of a job that is killed. */
async function begin(course: Course, lease: Lease): Promise<void> {
  const { where, step, inputs, adopted, release: id, manifest, wanted } = course;
  const { account, region } = manifest.environment;
  const services = Object.fromEntries(
    wanted.map(({ service, infra, digest }) => [
      service.name,
      { service: infra.service, repository: infra.repository, digest },
    ]),
  );
  if (adopted === undefined) await beginRecord(lease.aws, where, begunOf(course));
  else step.log.info(`Going on with ${adopted.id}, which an earlier attempt has begun`);
  noteBegun(step.state, { where, account, region, release: id, onCancel: inputs.onCancel, services });
}

function begunOf(course: Course): ReleaseBegun {
  const { step, run, contract, observed, plan, release: id, startedAt, manifest } = course;
  const { account, region } = manifest.environment;
  return {
    schema: 1,
    id,
    operation: 'deploy',
    commit: step.job.commit,
    run,
    at: new Date(startedAt).toISOString(),
    account,
    region,
    cluster: contract.cluster.name,
    previous: observed.head?.current,
    before: beforeOf(plan.services),
  };
}

async function applyWatched(course: Course, lease: Lease): Promise<Verdict> {
  const { plan, progress, step } = course;
  try {
    return await untilCancelled(step.signal, applyRelease(plan, progress, applyWorld(course, lease)));
  } catch (error) {
    await concludeInterrupted(course, error);
    throw error;
  }
}

function applyWorld({ inputs, step, aws, contract, where, release: id }: Course, lease: Lease): ApplyWorld {
  const waitForMs = inputs.waitForMinutes * 60_000;
  return {
    aws: lease.aws,
    where,
    contract,
    cluster: contract.cluster.name,
    log: step.log,
    signal: step.signal,
    release: id,
    forceNewDeployment: inputs.forceNewDeployment,
    tags: {
      'slipway:application': where.application,
      'slipway:environment': where.environment,
      'slipway:release': id,
      'slipway:commit': step.job.commit,
      'slipway:run': step.job.runId,
    },
    registrations: registrationPace(aws.clock),
    deadline: aws.clock.elapsed() + waitForMs,
    undoForMs: waitForMs,
    onFailure: inputs.onFailure,
    heartbeat: () => lease.heartbeat(),
  };
}
