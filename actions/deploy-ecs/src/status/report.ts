import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { primaryOf } from '../../../../lib/aws/ecs-services.ts';
import { imageDigestOf } from '../../../../lib/aws/task-definition.ts';
import type { Hold, ReleaseRecord } from '../../../../lib/core/ledger.ts';
import { describeRun, judgeTurn } from '../../../../lib/core/lock.ts';
import type { Whereabouts } from '../../../../lib/core/names.ts';
import { commandFor } from '../../../../lib/github/command.ts';
import type { Step } from '../../../../lib/github/step.ts';
import { runNameOf } from '../../../../lib/github/run-name.ts';
import { findDrift } from './drift.ts';
import type { Standing, StandingService } from './observe.ts';

/** What the output `report` names after a status. */
export type StatusReport = Whereabouts & {
  readonly schema: 1;
  readonly operation: 'status';
  /** ISO 8601. */
  readonly at: string;
  readonly cluster: string | undefined;
  /** The current release. */
  readonly release: string | undefined;
  readonly good: readonly string[];
  readonly hold: Hold | undefined;
  readonly lock: LockStatus | undefined;
  readonly unfinished: UnfinishedStatus | undefined;
  readonly services: readonly ServiceStatus[];
};

/** Undefined: nobody has it. */
export type LockStatus = {
  readonly by: string;
  readonly purpose: string;
  readonly release: string | undefined;
  /** A dead owner's lock is taken over by the next run. */
  readonly alive: boolean;
  readonly renewedSecondsAgo: number | undefined;
  readonly renewals: number;
};

export type UnfinishedStatus = {
  readonly release: string;
  readonly operation: string;
  readonly at: string;
  readonly by: string;
  readonly what: string;
  /** The command that goes on with it; undefined while its own run does. */
  readonly next: string | undefined;
};

export type ServiceStatus = {
  readonly name: string;
  /** Name of the ECS service. */
  readonly service: string;
  readonly taskDefinition: string | undefined;
  readonly digest: string | undefined;
  readonly deploymentId: string | undefined;
  readonly rolloutState: string | undefined;
  readonly running: number;
  readonly desired: number;
  /** Empty: as released. */
  readonly drift: readonly string[];
};

export function reportStatus(
  standing: Standing,
  { where, step, now }: { where: Whereabouts; step: Pick<Step, 'job'>; now: number },
): StatusReport {
  const { head, cluster, unfinished, services } = standing;
  const lock = lockStatus(standing, step.job);
  return {
    schema: 1,
    operation: 'status',
    ...where,
    at: new Date(now).toISOString(),
    cluster,
    release: head?.current,
    good: head?.good ?? [],
    hold: head?.hold,
    lock,
    unfinished: unfinished === undefined ? undefined : unfinishedStatus(unfinished, standing, { where, step, lock }),
    services: services.map((service) => serviceStatus(service, unfinished)),
  };
}

/** The job's output names the file; `verdict` stays unset, since nothing was released. */
export async function writeStatus(step: Step, report: StatusReport): Promise<void> {
  const file = join(step.temporaryDirectory, 'report.json');
  await mkdir(step.temporaryDirectory, { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  step.outputs.set('report', file);
}

function lockStatus({ lock }: Standing, job: Step['job']): LockStatus | undefined {
  if (lock?.entry.state !== 'held') return undefined;
  const { owner, purpose, release, renewals } = lock.entry;
  const turn = judgeTurn(lock.entry, lock.ageMs ?? 0, runNameOf(job));
  return {
    by: describeRun(owner),
    purpose,
    release,
    alive: turn.kind === 'held' || turn.kind === 'ours',
    renewedSecondsAgo: lock.ageMs === undefined ? undefined : Math.round(lock.ageMs / 1000),
    renewals,
  };
}

function unfinishedStatus(
  { id, operation, at, run, cancelled, verdict }: ReleaseRecord,
  { head }: Standing,
  { where, step, lock }: { where: Whereabouts; step: Pick<Step, 'job'>; lock: LockStatus | undefined },
): UnfinishedStatus {
  const isUnderWay = lock?.alive === true && lock.release === id;
  const what = isUnderWay
    ? 'is under way'
    : (cancellations[cancelled ?? ''] ?? endings[verdict ?? ''] ?? 'was cut off');
  const back = {
    operation: 'rollback',
    environment: where.environment,
    release: head?.hold?.to ?? '',
    reason: 'going on',
  };
  const rerun = run.url === undefined ? undefined : `gh run rerun ${run.id} --repo ${run.repository}`;
  const next = operation === 'rollback' ? commandFor(step.job, back) : rerun;
  return { release: id, operation, at, by: describeRun(run), what, next: isUnderWay ? undefined : next };
}

const cancellations: Readonly<Record<string, string>> = {
  left: 'was cancelled, and left to ECS',
  'going-back': 'was cancelled, and its services were told to go back',
};

const endings: Readonly<Record<string, string>> = {
  mixed: 'has left services in different states',
  'timed-out': 'was not watched to its end',
  superseded: 'was stopped for another run',
};

function serviceStatus(service: StandingService, unfinished: ReleaseRecord | undefined): ServiceStatus {
  const { name, ecsName, observed, definition } = service;
  const primary = observed === undefined ? undefined : primaryOf(observed);
  return {
    name,
    service: ecsName,
    taskDefinition: observed?.taskDefinition,
    digest: definition === undefined ? undefined : imageDigestOf(definition.definition),
    deploymentId: primary?.id,
    rolloutState: primary?.rolloutState,
    running: observed?.running ?? 0,
    desired: observed?.desired ?? 0,
    drift: findDrift(service, unfinished),
  };
}
