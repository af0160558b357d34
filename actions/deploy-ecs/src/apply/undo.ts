import { describeServices, type ObservedService, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import type { Ended, Target } from '../watch/target.ts';
import type { ServicePlan } from '../deploy/plan.ts';
import { recheckDeployments } from '../watch/recheck.ts';
import { shortArn, updateOnce } from './start.ts';
import { watchDeployments, type WatchWorld } from '../watch/watch.ts';

/** A service that the release has touched, and how far it came; `ended` is undefined when it was still under way. */
export type Touched = { readonly plan: ServicePlan; readonly target: Target; readonly ended: Ended | undefined };

export type Undone = {
  readonly plan: ServicePlan;
  /** The deployment by which it went back; undefined for a service that was created and is now without tasks. */
  readonly target: Target | undefined;
  readonly isBack: boolean;
  readonly why: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at?: number;
};

/**
 * Takes every touched service back to what it ran before, all side by side, and follows each by the same rule as a
 * release. A service that ECS itself is taking back is only followed: an update there would get in its way.
 */
export async function undoServices(touched: readonly Touched[], world: WatchWorld): Promise<readonly Undone[]> {
  const services = await describeServices(
    world.aws,
    world.cluster,
    touched.map(({ plan }) => plan.ecsName),
  );
  const begun = await Promise.all(touched.map((one) => beginUndo(one, services.get(one.plan.ecsName), world)));
  const targets = begun.flatMap((one) => ('follow' in one ? [one.follow] : []));
  const watched = await watchDeployments(targets, world);
  const lost = await recheckDeployments(
    watched.filter(({ ending }) => ending.kind === 'completed').map(({ target }) => target),
    world,
  );
  const ended = [...lost, ...watched];
  return begun.map((one): Undone => {
    if (!('follow' in one)) return one;
    const end = ended.find(({ target }) => target.ecsName === one.follow.ecsName);
    const isBack = end?.ending.kind === 'completed';
    const why = isBack ? undefined : (end?.ending.kind ?? 'unknown');
    return { plan: one.plan, target: one.follow, isBack, why, ...(end === undefined ? {} : { at: end.at }) };
  });
}

type Begun = Undone | { readonly plan: ServicePlan; readonly follow: Target };

async function beginUndo(
  { plan, target, ended }: Touched,
  now: ObservedService | undefined,
  world: WatchWorld,
): Promise<Begun> {
  try {
    if (now === undefined) return { plan, target: undefined, isBack: false, why: 'ECS does not show the service' };
    if (plan.goesBackTo === undefined) return await emptyService(plan, now, world);
    const primary = primaryOf(now);
    const isEarlier = primary !== undefined && target.earlier.has(primary.id);
    if (isEarlier && ended?.ending.kind === 'failed' && primary.taskDefinition === plan.goesBackTo) {
      world.log.info(`${plan.name}: ECS goes back to ${primary.id} by itself`);
      return { plan, follow: backTarget(plan, target, { deploymentId: primary.id, now }) };
    }
    // An earlier one without a failure is a read from before our update.
    if (primary !== undefined && !isEarlier && primary.id !== target.deploymentId) {
      return { plan, target: undefined, isBack: false, why: `superseded by ${primary.id}, which is not ours to touch` };
    }
    if (plan.goesBackTo === target.taskDefinition) return keepRestarted(plan, target, ended);
    return { plan, follow: await updateBack(plan, target, now, world) };
  } catch (error) {
    if (world.signal.aborted) throw error;
    return {
      plan,
      target: undefined,
      isBack: false,
      why: error instanceof Error ? error.message : 'it could not be undone',
    };
  }
}

/** Before and after are the same revision: a restart that went well, or is under way, has nothing to go back to. */
function keepRestarted(plan: ServicePlan, target: Target, ended: Ended | undefined): Begun {
  if (ended?.ending.kind === 'completed') return { plan, target, isBack: true, why: undefined };
  if (ended === undefined) return { plan, follow: target };
  return { plan, target, isBack: false, why: 'it was only restarted, so there is no earlier revision to go back to' };
}

async function updateBack(plan: ServicePlan, target: Target, now: ObservedService, world: WatchWorld): Promise<Target> {
  const taskDefinition = plan.goesBackTo ?? '';
  const updated = await updateOnce(now, { cluster: world.cluster, service: plan.ecsName, taskDefinition }, world);
  const deploymentId = primaryOf(updated)?.id ?? '';
  world.log.info(`${plan.name}: going back to ${shortArn(taskDefinition)} as ${deploymentId}`);
  return backTarget(plan, target, { deploymentId, now, serviceDeployment: updated.serviceDeployment });
}

function backTarget(
  plan: ServicePlan,
  target: Target,
  back: { deploymentId: string; now: ObservedService; serviceDeployment?: string | undefined },
): Target {
  const earlier = [target.deploymentId, ...back.now.deployments.map(({ id }) => id)];
  return {
    ...target,
    deploymentId: back.deploymentId,
    serviceDeployment: back.serviceDeployment,
    taskDefinition: plan.goesBackTo ?? '',
    // The earlier definition may name its image by a tag: its revision is what is checked.
    digests: [],
    earlier: new Set(earlier.filter((id) => id !== back.deploymentId)),
  };
}

/** A service that this or an earlier failed release made is kept, without tasks; the next release gives it its count. */
async function emptyService(plan: ServicePlan, now: ObservedService, world: WatchWorld): Promise<Undone> {
  await updateOnce(now, { cluster: world.cluster, service: plan.ecsName, desiredCount: 0 }, world);
  const why = plan.before === undefined ? 'was created by this release' : 'was never part of a good release';
  world.log.info(`${plan.name}: ${why}; its desired count is now 0`);
  const { aws, cluster, deadline, signal } = world;
  for (;;) {
    const service = (await describeServices(aws, cluster, [plan.ecsName])).get(plan.ecsName);
    if (service?.desired === 0 && service.running + service.pending === 0) break;
    if (aws.clock.elapsed() >= deadline)
      return { plan, target: undefined, isBack: false, why: 'its tasks have not ended in time' };
    await aws.clock.sleep(1_000, signal);
  }
  return { plan, target: undefined, isBack: true, why: undefined };
}
