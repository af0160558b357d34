import { randomUUID } from 'node:crypto';
import { primaryOf } from '../../../../lib/aws/ecs-services.ts';
import { readHead } from '../../../../lib/aws/ledger/head.ts';
import { type Lease, preemptLock } from '../../../../lib/aws/ledger/lease.ts';
import type { ReleaseBegun, ServiceBefore } from '../../../../lib/core/ledger.ts';
import { untilCancelled } from '../../../../lib/github/cancellation.ts';
import { runNameOf } from '../../../../lib/github/run-name.ts';
import { beginRecord, moveHead, releaseIdOf } from '../deploy/record.ts';
import { noteBegun } from '../post/begun.ts';
import { failureOf } from '../report/report.ts';
import type { WatchWorld } from '../watch/watch.ts';
import { applyRollback, type Progress } from './apply.ts';
import { refuseTarget } from './choose.ts';
import { conclude, concludeInterrupted } from './conclude.ts';
import { holdFor } from './head.ts';
import { findRunningMigrations } from './migrations.ts';
import { refuseObstacles } from './obstacles.ts';
import { migrating, observeServices, planRollback, type RollbackPlan } from './plan.ts';
import type { Retreat } from './retreat.ts';

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
  const plans = await lookAgain(retreat, lease);
  const id = await begin(retreat, plans, { lease, wishedId });
  const progress: Progress = new Map();
  const world: WatchWorld = {
    aws: lease.aws,
    cluster: choice.target.cluster,
    log: step.log,
    signal: step.signal,
    deadline: environment.aws.clock.elapsed() + inputs.waitForMinutes * 60_000,
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

/** Hold, record and a note for the post step, before the first change. Answers with the id of the record. */
async function begin(
  retreat: Retreat,
  plans: readonly RollbackPlan[],
  { lease, wishedId }: { readonly lease: Lease; readonly wishedId: string },
): Promise<string> {
  const { inputs, step, environment, choice } = retreat;
  const { where, aws, identity } = environment;
  const { target, from } = choice;
  const by = step.job.actor === '' ? identity.arn : step.job.actor;
  const hold = { from, to: target.id, reason: inputs.reason, by, at: new Date(aws.clock.now()).toISOString() };
  await moveHead(lease.aws, where, (head) => holdFor(head, hold));
  const release = await beginRecord(lease.aws, where, begunOf(retreat, plans, wishedId));
  const services = Object.fromEntries(plans.map(({ name, released }) => [name, released]));
  // A rollback never returns to what it leaves, whatever `on-cancel` says.
  noteBegun(step.state, { where, account: target.account, region: aws.region, release, onCancel: 'leave', services });
  return release;
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
