import { primaryOf } from '../../../../lib/aws/ecs-services.ts';
import { LockLost } from '../../../../lib/aws/ledger/lock-lost.ts';
import { registerUnlessSame } from '../../../../lib/aws/task-definition.ts';
import { ActionError } from '../../../../lib/core/errors.ts';
import type { ReleasedService } from '../../../../lib/core/ledger.ts';
import { registrationPace } from '../apply/registration-pace.ts';
import { shortArn, updateOnce } from '../apply/start.ts';
import { recheckDeployments, untouchedTarget } from '../watch/recheck.ts';
import type { Ended, Target } from '../watch/target.ts';
import { watchDeployments, type WatchWorld } from '../watch/watch.ts';
import type { RollbackPlan } from './plan.ts';

/** How far one service came. */
export type RollbackProgress = {
  readonly plan: RollbackPlan;
  readonly target?: Target;
  readonly ended?: Ended;
  /** Why AWS did not let it begin. */
  readonly refusal?: string;
};

/** By service; filled while the work goes on, so that whoever interrupts it knows how far it came. */
export type Progress = Map<string, RollbackProgress>;

/**
 * Takes all services that differ back, side by side, and follows them to their end. One that cannot be begun does not
 * hold up the others. Nothing is ever undone: there is nothing good to return to.
 */
export async function applyRollback(
  plans: readonly RollbackPlan[],
  progress: Progress,
  world: WatchWorld,
): Promise<void> {
  for (const plan of plans) progress.set(plan.name, { plan });
  const pace = registrationPace(world.aws.clock);
  await Promise.all(
    plans.filter(({ isThere }) => !isThere).map((plan) => begin(plan, progress, { ...world, register: pace })),
  );
  const begun = [...progress.values()].flatMap(({ target }) => target ?? []);
  for (const ended of await watchDeployments(begun, world)) note(progress, ended);
  if (begun.some(({ name }) => progress.get(name)?.ended?.ending.kind !== 'completed')) return;
  for (const lost of await recheckDeployments([...begun, ...untouched(plans, world)], world)) note(progress, lost);
}

function note(progress: Progress, ended: Ended): void {
  const known = progress.get(ended.target.name);
  if (known !== undefined) progress.set(ended.target.name, { ...known, ended });
}

type BeginWorld = WatchWorld & { readonly register: (signal: AbortSignal) => Promise<void> };

async function begin(plan: RollbackPlan, progress: Progress, world: BeginWorld): Promise<void> {
  try {
    progress.set(plan.name, { plan, target: await goBack(plan, world) });
  } catch (error) {
    if (!(error instanceof ActionError) || error instanceof LockLost || world.signal.aborted) throw error;
    world.log.warn(`${plan.name} could not be taken back: ${error.message}`);
    progress.set(plan.name, { plan, refusal: error.message });
  }
}

/** Registers the recorded definition anew where it is not the newest, so that the newest is the one that should run. */
async function goBack(plan: RollbackPlan, world: BeginWorld): Promise<Target> {
  const { name, released, recorded, before } = plan;
  const { aws, cluster, log } = world;
  await world.register(world.signal);
  const { arn: taskDefinition } = await registerUnlessSame(aws, recorded.definition, recorded.tags);
  const startedAt = aws.clock.now();
  const update = { cluster, service: released.service, taskDefinition, forceNewDeployment: true };
  const updated = await updateOnce(before, update, world);
  const deploymentId = primaryOf(updated)?.id ?? '';
  log.info(`${name}: going back to ${shortArn(taskDefinition)} as ${deploymentId}`);
  return {
    ...subjectOf(plan),
    deploymentId,
    taskDefinition,
    serviceDeployment: updated.serviceDeployment,
    earlier: new Set(before.deployments.map(({ id }) => id).filter((id) => id !== deploymentId)),
    startedAt,
  };
}

/** Services that run the release already are looked at too in the end: someone may have deployed one meanwhile. */
function untouched(plans: readonly RollbackPlan[], { aws }: WatchWorld): readonly Target[] {
  const left = plans.filter(({ isThere }) => isThere);
  return left.flatMap((plan) => {
    const target = untouchedTarget({ ...subjectOf(plan), before: plan.before }, aws.clock.now());
    return target === undefined ? [] : [{ ...target, ...subjectOf(plan) }];
  });
}

function subjectOf({ name, released, recorded, before, digests }: RollbackPlan) {
  const containers = recorded.definition.containerDefinitions ?? [];
  const container = containers.find(({ image }) => image?.endsWith(`@${released.digest}`) === true)?.name;
  return {
    name,
    ecsName: released.service,
    digests,
    mayBeEmpty: before.desired === 0,
    ...(container === undefined ? {} : { container }),
  };
}

/** What the ledger is told of every service: where its definition was registered anew, under which ARN. */
export function restoredServices(progress: Progress): Readonly<Record<string, ReleasedService>> {
  const entries = [...progress.values()].map(({ plan, target }): [string, ReleasedService] => {
    const taskDefinition = target?.taskDefinition ?? (plan.isThere ? plan.before.taskDefinition : undefined);
    return [plan.name, taskDefinition === undefined ? plan.released : { ...plan.released, taskDefinition }];
  });
  return Object.fromEntries(entries);
}
