import { randomUUID } from 'node:crypto';
import { primaryOf } from '../../../../lib/aws/ecs-services.ts';
import { readHead } from '../../../../lib/aws/ledger/head.ts';
import { type Lease, preemptLock } from '../../../../lib/aws/ledger/lease.ts';
import type { ReleaseBegun, ServiceBefore } from '../../../../lib/core/ledger.ts';
import type { Step } from '../../../../lib/github/step.ts';
import { untilCancelled } from '../../../../lib/github/cancellation.ts';
import type { StandingEnvironment } from '../../../../lib/world/open-environment.ts';
import { runNameOf } from '../../../../lib/github/run-name.ts';
import { beginRecord, moveHead, releaseIdOf } from '../deploy/record.ts';
import type { RollbackInputs } from '../inputs.ts';
import { noteBegun } from '../post/begun.ts';
import { failureOf } from '../report/report.ts';
import type { WatchWorld } from '../watch/watch.ts';
import { applyRollback, type Progress } from './apply.ts';
import { type Choice, type Ledger, refuseTarget } from './choose.ts';
import { conclude, concludeInterrupted } from './conclude.ts';
import { holdFor } from './head.ts';
import { findRunningMigrations } from './migrations.ts';
import { refuseObstacles } from './obstacles.ts';
import { type ObservedServices, migrating, observeServices, planRollback, type RollbackPlan } from './plan.ts';
import type { Restorable } from './restorable.ts';

/** A rollback that nothing stands in the way of. */
export type Retreat = {
  readonly inputs: RollbackInputs;
  readonly step: Step;
  readonly environment: StandingEnvironment;
  readonly ledger: Ledger;
  readonly choice: Choice;
  readonly services: readonly Restorable[];
  /** Definitions that were read on the way, by ARN. */
  readonly definitions: ObservedServices['definitions'];
  /** Services that came after the release: they are left running. */
  readonly later: readonly string[];
  /** What `force` has overridden. */
  readonly forced: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
};

/** Under the lock, which a running deploy has to give up. */
export async function carryOut(retreat: Retreat): Promise<void> {
  const { inputs, step, environment } = retreat;
  const { where, aws } = environment;
  const release = releaseIdOf(step.job, retreat.startedAt);
  const lease = await preemptLock(aws, {
    where,
    owner: runNameOf(step.job),
    purpose: 'rollback',
    release,
    reason: inputs.reason,
    signal: step.signal,
    log: step.log,
    nonce: randomUUID,
    waitForMs: inputs.waitForMinutes * 60_000,
  });
  try {
    await goBack(retreat, lease, release);
  } finally {
    // A cancelled job has a post step, which does the rest under the same lock.
    const hasPostStep = step.job.runId !== 'local';
    if (!(step.signal.aborted && hasPostStep)) await lease.end();
  }
}

async function goBack(retreat: Retreat, lease: Lease, wishedId: string): Promise<void> {
  const { inputs, step, environment, choice } = retreat;
  const { where, aws } = environment;
  const plans = await lookAgain(retreat, lease);
  const by = step.job.actor === '' ? environment.identity.arn : step.job.actor;
  const at = new Date(aws.clock.now()).toISOString();
  const { reason } = inputs;
  await moveHead(lease.aws, where, (head) =>
    holdFor(head, { from: choice.from, to: choice.target.id, reason, by, at }),
  );
  const id = await beginRecord(lease.aws, where, begunOf(retreat, plans, wishedId));
  noteBegun(step.state, {
    where,
    account: choice.target.account,
    region: aws.region,
    release: id,
    // A rollback never returns to what it leaves.
    onCancel: 'leave',
    services: Object.fromEntries(plans.map(({ name, released }) => [name, released])),
  });

  const progress: Progress = new Map();
  const world: WatchWorld = {
    aws: lease.aws,
    cluster: choice.target.cluster,
    log: step.log,
    signal: step.signal,
    deadline: aws.clock.elapsed() + inputs.waitForMinutes * 60_000,
    heartbeat: () => lease.heartbeat(),
  };
  try {
    await untilCancelled(step.signal, applyRollback(plans, progress, world));
  } catch (error) {
    await concludeInterrupted(error, { ...retreat, id, progress });
    throw error;
  }
  const report = await conclude({ ...retreat, id, progress }, world);
  const failure = failureOf(report, inputs.waitForMinutes);
  if (failure !== undefined) throw failure;
}

/** Whatever was seen before the lock was had may not be so any more: another run has been at work until now. */
async function lookAgain(retreat: Retreat, { aws, waited }: Lease): Promise<readonly RollbackPlan[]> {
  const { inputs, step, environment, ledger, choice, services, definitions, later } = retreat;
  const { where } = environment;
  const { target } = choice;
  const [head, observed, migrations] = await Promise.all([
    readHead(aws, where),
    observeServices(aws, target.cluster, { restorable: services, known: definitions }),
    waited ? findRunningMigrations(aws, where, migrating(target, later)) : [],
  ]);
  refuseTarget(target, { ...ledger, head }, inputs);
  const { plans, absent } = planRollback(services, observed);
  refuseObstacles({ gone: [], forcible: [...migrations, ...absent] }, { force: inputs.force, log: step.log });
  return plans;
}

function begunOf(
  { step, choice: { target, from }, startedAt }: Retreat,
  plans: readonly RollbackPlan[],
  id: string,
): ReleaseBegun {
  const { commit, account, region, cluster } = target;
  const before = plans.map((plan): [string, ServiceBefore] => [plan.name, beforeOf(plan)]);
  return {
    schema: 1,
    id,
    operation: 'rollback',
    commit,
    run: runNameOf(step.job),
    at: new Date(startedAt).toISOString(),
    account,
    region,
    cluster,
    previous: from,
    before: Object.fromEntries(before),
  };
}

/** Whoever comes after a rollback that died takes the services to where it wanted them, never to what it left. */
function beforeOf({ before, released }: RollbackPlan): ServiceBefore {
  return {
    service: released.service,
    deploymentId: primaryOf(before)?.id ?? '',
    taskDefinition: before.taskDefinition,
    goesBackTo: released.taskDefinition,
  };
}
