import { findImageDigests } from '../../../lib/aws/ecr-released-image.ts';
import { describeServices, type ObservedService, primaryOf } from '../../../lib/aws/ecs-services.ts';
import { readHead, readReleases } from '../../../lib/aws/ledger.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import {
  describeTaskDefinition,
  type RegisteredDefinition,
  registerUnlessSame,
} from '../../../lib/aws/task-definition.ts';
import { isSameDefinition } from '../../../lib/aws/task-definition-compare.ts';
import { type Finding, Findings } from '../../../lib/core/errors.ts';
import type { Head, ReleasedService, ReleaseRecord, Verdict } from '../../../lib/core/release.ts';
import type { Step } from '../../../lib/github/step.ts';
import type { World } from '../../../lib/world/open-world.ts';
import { explainFailure } from './explain.ts';
import type { RollbackInputs } from './inputs.ts';
import { registrationPace } from './pace.ts';
import { moveHead } from './record.ts';
import { buildReport, failureOf, publishReport } from './report.ts';
import type { ServiceResult } from './result.ts';
import { chooseRollbackTarget } from './rollback-target.ts';
import { recheckDeployments, untouchedTarget } from './recheck.ts';
import { shortArn, updateOnce } from './start.ts';
import type { Ended, Target } from './target.ts';
import { watchDeployments, type WatchWorld } from './watch.ts';

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

type RollbackPlan = {
  readonly name: string;
  readonly released: ReleasedService;
  readonly recorded: RegisteredDefinition;
  readonly before: ObservedService;
  readonly digests: readonly string[];
  readonly isThere: boolean;
};

/** Throws Findings when an image, a definition or a service is gone: nothing was written then. */
async function planRollback(aws: Aws, { cluster, services }: ReleaseRecord): Promise<readonly RollbackPlan[]> {
  const entries = Object.entries(services);
  const observed = await describeServices(
    aws,
    cluster,
    entries.map(([, { service }]) => service),
  );
  const plans = await Promise.all(
    entries.map(([name, released]) => planService(aws, name, released, observed.get(released.service))),
  );
  const [first, ...others] = plans.filter((plan) => 'code' in plan);
  if (first !== undefined) throw new Findings([first, ...others], 'The rollback cannot begin');
  return plans.filter((plan): plan is RollbackPlan => !('code' in plan));
}

async function planService(
  aws: Aws,
  name: string,
  released: ReleasedService,
  before: ObservedService | undefined,
): Promise<RollbackPlan | Finding> {
  const gone = (what: string, remedy: string): Finding => ({ code: 'E_STATE', message: what, remedy, place: name });
  const [digests, recorded, current] = await Promise.all([
    findImageDigests(aws, released),
    describeTaskDefinition(aws, released.taskDefinition),
    before === undefined ? undefined : describeTaskDefinition(aws, before.taskDefinition),
  ]);
  if (digests === undefined)
    return gone(`Its image ${released.digest.slice(0, 19)}… is gone from ECR.`, 'Choose another release.');
  if (recorded === undefined)
    return gone(`Its definition ${shortArn(released.taskDefinition)} is gone.`, 'Choose another release.');
  if (before === undefined || before.status !== 'ACTIVE')
    return gone(`There is no ECS service ${released.service}.`, 'Deploy it again.');
  const settled = before.deployments.length === 1 && before.deployments[0]?.rolloutState === 'COMPLETED';
  const isThere = settled && current !== undefined && isSameDefinition(current.definition, recorded.definition);
  return { name, released, recorded, before, digests, isThere };
}

type Applied = { readonly result: ServiceResult; readonly ended: Ended | undefined };

async function applyRollback(plans: readonly RollbackPlan[], world: WatchWorld): Promise<readonly Applied[]> {
  const pace = registrationPace(world.aws.clock);
  const begun = await Promise.all(
    plans.filter(({ isThere }) => !isThere).map(async (plan) => beginRollback(plan, world, () => pace(world.signal))),
  );
  const ended = await followAll(begun, plans, world).catch((error: unknown) => {
    for (const { name, deploymentId } of begun) world.log.info(`${name}: ${deploymentId} goes on in ECS`);
    throw error;
  });
  return Promise.all(
    plans.map(async (plan): Promise<Applied> => {
      const end = ended.find(({ target }) => target.name === plan.name);
      return { ended: end, result: await resultOf(plan, end, world) };
    }),
  );
}

/** Ends of what was begun, and of a service that ran its revision already if someone has deployed it meanwhile. */
async function followAll(
  begun: readonly Target[],
  plans: readonly RollbackPlan[],
  world: WatchWorld,
): Promise<readonly Ended[]> {
  const watched = await watchDeployments(begun, world);
  if (watched.some(({ ending }) => ending.kind !== 'completed')) return watched;
  const now = world.aws.clock.now();
  const untouched = plans
    .filter(({ isThere }) => isThere)
    .flatMap((plan) => untouchedTarget({ ...plan, ecsName: plan.released.service }, now) ?? []);
  const lost = await recheckDeployments([...watched.map(({ target }) => target), ...untouched], world);
  return [...lost, ...watched];
}

/** Registers the recorded definition anew where it is not the newest, so that the newest is the one that should run. */
async function beginRollback(
  { name, released, recorded, before, digests }: RollbackPlan,
  world: WatchWorld,
  pace: () => Promise<void>,
): Promise<Target> {
  await pace();
  const { arn: taskDefinition } = await registerUnlessSame(world.aws, recorded.definition, {});
  const startedAt = world.aws.clock.now();
  const updated = await updateOnce(
    before,
    { cluster: world.cluster, service: released.service, taskDefinition, forceNewDeployment: true },
    world,
  );
  const deploymentId = primaryOf(updated)?.id ?? '';
  world.log.info(`${name}: going back to ${shortArn(taskDefinition)} as ${deploymentId}`);
  const earlier = new Set(before.deployments.map(({ id }) => id));
  return {
    name,
    ecsName: released.service,
    deploymentId,
    taskDefinition,
    digests,
    serviceDeployment: updated.serviceDeployment,
    earlier,
    startedAt,
  };
}

async function resultOf(
  { name, released, recorded, before, isThere }: RollbackPlan,
  end: Ended | undefined,
  { aws, cluster }: WatchWorld,
): Promise<ServiceResult> {
  const isGood = end === undefined ? isThere : end.ending.kind === 'completed';
  const logGroup = recorded.definition.containerDefinitions?.[0]?.logConfiguration?.options?.['awslogs-group'] ?? '';
  const digests = new Map([[released.taskDefinition, released.digest]]);
  // An earlier attempt may have registered the recorded definition anew.
  if (isThere) digests.set(before.taskDefinition, released.digest);
  if (end !== undefined) digests.set(end.target.taskDefinition, released.digest);
  return {
    name,
    service: released.service,
    change: isThere ? 'unchanged' : 'update',
    outcome: isGood ? (isThere ? 'unchanged' : 'deployed') : end?.ending.kind === 'failed' ? 'failed' : 'unknown',
    explanation: isGood || end === undefined ? [] : await explainFailure(aws, { ended: end, cluster, logGroup }),
    digests,
    startedAt: end?.target.startedAt,
    endedAt: end?.at,
  };
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
): Pick<Head, 'current' | 'good' | 'rolledBack'> {
  const good = head?.good ?? [];
  return {
    current: id,
    good: good.slice(Math.max(0, good.indexOf(id))),
    rolledBack: { from: head?.current, reason: inputs.reason, by: step.job.actor, at: new Date(at).toISOString() },
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
