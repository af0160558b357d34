import { describeServices, type ObservedService, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import type { ServicePlan } from '../deploy/plan-service.ts';
import { describeEnding } from '../watch/progress-words.ts';
import { recheckDeployments } from '../watch/recheck.ts';
import type { Ended, Target } from '../watch/target.ts';
import { watchDeployments } from '../watch/watch.ts';
import { emptyService } from './empty.ts';
import { restoreRest } from './restore-rest.ts';
import { returning, stopRollout, updateBack } from './take-back.ts';
import { isTrouble } from './trouble.ts';
import type { Touched, Undone, UndoWorld } from './undone.ts';

export type { Touched, Undone } from './undone.ts';

/**
 * Takes every touched service back to what it ran before, all side by side, and follows each by the same rule as a
 * release. A service that ECS itself is taking back is only followed: an update there would get in its way.
 */
export async function undoServices(touched: readonly Touched[], world: UndoWorld): Promise<readonly Undone[]> {
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
  const undone = begun.map((one): Undone => ('follow' in one ? concludeUndo(one, ended) : one));
  await restoreRest(undone, world);
  return undone;
}

type Begun = Undone | { readonly plan: ServicePlan; readonly follow: Target };

function concludeUndo({ plan, follow }: Extract<Begun, { follow: Target }>, ended: readonly Ended[]): Undone {
  const end = ended.find(({ target }) => target.ecsName === follow.ecsName);
  if (end === undefined) return { plan, target: follow, isBack: false, why: 'unknown' };
  const isBack = end.ending.kind === 'completed';
  return { plan, target: follow, isBack, why: isBack ? undefined : describeEnding(end.ending), at: end.at };
}

async function beginUndo(touched: Touched, now: ObservedService | undefined, world: UndoWorld): Promise<Begun> {
  const { plan } = touched;
  const notBack = (why: string): Undone => ({ plan, target: undefined, isBack: false, why });
  try {
    if (now === undefined) return notBack('ECS does not show the service');
    return plan.goesBackTo === undefined
      ? await emptyService(plan, now, world)
      : await takeBack({ ...touched, taskDefinition: plan.goesBackTo }, now, world);
  } catch (error) {
    if (!isTrouble(error, world.signal)) throw error;
    return notBack(error.message);
  }
}

async function takeBack(
  touched: Touched & { readonly taskDefinition: string },
  now: ObservedService,
  world: UndoWorld,
): Promise<Begun> {
  const { plan, target, ended, taskDefinition } = touched;
  const primary = primaryOf(now);
  const isEarlier = primary !== undefined && target.earlier.has(primary.id);
  if (isEarlier && ended?.ending.kind === 'failed' && primary.taskDefinition === taskDefinition) {
    world.log.info(`${plan.name}: ECS goes back to ${primary.id} by itself`);
    return { plan, follow: returning(touched, { deploymentId: primary.id, now }) };
  }
  // An earlier one without a failure is a read from before our update.
  if (primary !== undefined && !isEarlier && primary.id !== target.deploymentId) {
    const why = `superseded by ${primary.id}, which is not ours to touch`;
    return { plan, target: undefined, isBack: false, why };
  }
  const isRestart = taskDefinition === target.taskDefinition && plan.settings.length === 0 && plan.count === undefined;
  if (isRestart && ended?.ending.kind === 'completed') return { plan, target, isBack: true, why: undefined };
  const isOver = ended?.ending.kind === 'completed';
  const follow = isOver ? undefined : await stopRollout(touched, now, world);
  if (follow !== undefined) return { plan, follow };
  if (isRestart) return keepRestarted(touched);
  return { plan, follow: await updateBack(touched, now, world) };
}

/** Before and after are one revision, so an update back would change nothing. What runs of the old tasks goes on. */
function keepRestarted({ plan, target, ended }: Touched): Begun {
  if (ended === undefined) return { plan, follow: target };
  return { plan, target, isBack: false, why: 'it was only restarted, so there is no earlier revision to go back to' };
}
