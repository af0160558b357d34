import {
  describeServices,
  type ObservedDeployment,
  type ObservedService,
  primaryOf,
  type ServiceUpdate,
} from '../../../../lib/aws/ecs-services.ts';
import { stopServiceDeployment } from '../../../../lib/aws/ecs-stop-deployment.ts';
import { isNamed } from '../../../../lib/aws/errors.ts';
import { compareSettings } from '../../../../lib/aws/service-settings.ts';
import { describeTaskDefinition, registerTaskDefinition } from '../../../../lib/aws/task-definition.ts';
import type { ServicePlan } from '../deploy/plan-service.ts';
import { settingsOf } from '../deploy/settings.ts';
import type { Target } from '../watch/target.ts';
import { mergeSettings, shortArn, type StartWorld } from './start.ts';
import { isTrouble } from './trouble.ts';
import { updateOnce } from './update-once.ts';

/** A service on its way back to a revision that it ran before. */
export type Return = { readonly plan: ServicePlan; readonly target: Target; readonly taskDefinition: string };

/** How long ECS may take from being asked to stop a rollout until the earlier deployment is PRIMARY again. */
const returnsWithinMs = 20_000;

/**
 * Lets ECS itself take the rollout back, where it would go to the very revision that we want: it keeps what still runs
 * of the earlier deployment. Answers with the deployment to be followed, or undefined when it has to be done by an
 * update.
 */
export async function stopRollout(
  { plan, target, taskDefinition }: Return,
  now: ObservedService,
  world: StartWorld,
): Promise<Target | undefined> {
  const { aws, log } = world;
  // The update's own answer may come too early to name it; what goes on now is ours as long as we are PRIMARY.
  const isPrimary = primaryOf(now)?.id === target.deploymentId;
  const rollout = (isPrimary ? now.serviceDeployment : undefined) ?? target.serviceDeployment;
  if (rollout === undefined || !wouldReturnTo(plan, taskDefinition)) return undefined;
  try {
    const answer = await stopServiceDeployment(aws, rollout);
    const back = await waitForEarlier(target, answer === 'stopping' ? returnsWithinMs : 0, world);
    if (back?.primary.taskDefinition !== taskDefinition) return undefined;
    log.info(`${plan.name}: stopped; ECS goes back to ${back.primary.id} with ${shortArn(taskDefinition)}`);
    return returning({ target, taskDefinition }, { deploymentId: back.primary.id, now: back.service });
  } catch (error) {
    // A role may lack this one permission, and an update reaches the same end.
    if (!isTrouble(error, world.signal)) throw error;
    log.info(`${plan.name}: ${error.message}`);
    return undefined;
  }
}

/** ECS goes back to the newest COMPLETED deployment, with its settings; a count or capacity that was changed would stay. */
function wouldReturnTo({ before, settings, count }: ServicePlan, taskDefinition: string): boolean {
  const primary = before === undefined ? undefined : primaryOf(before);
  const isSource = primary?.rolloutState === 'COMPLETED' && primary.taskDefinition === taskDefinition;
  return isSource && settings.length === 0 && count === undefined;
}

/** Looks until an earlier deployment is PRIMARY; at least once, for what has been taken back already. */
async function waitForEarlier(
  { ecsName, earlier }: Target,
  forMs: number,
  { aws, contract: { cluster }, signal }: StartWorld,
): Promise<{ readonly service: ObservedService; readonly primary: ObservedDeployment } | undefined> {
  const until = aws.clock.elapsed() + forMs;
  for (;;) {
    const service = (await describeServices(aws, cluster.name, [ecsName])).get(ecsName);
    const primary = service === undefined ? undefined : primaryOf(service);
    if (service !== undefined && primary !== undefined && earlier.has(primary.id)) return { service, primary };
    if (aws.clock.elapsed() >= until) return undefined;
    await aws.clock.sleep(500, signal);
  }
}

/** Deploys the earlier revision, with the settings and the count that the release has changed. */
export async function updateBack(
  { plan, target, taskDefinition }: Return,
  now: ObservedService,
  world: StartWorld,
): Promise<Target> {
  const follow = await updateTo({ plan, target, taskDefinition }, now, world);
  world.log.info(`${plan.name}: going back to ${shortArn(follow.taskDefinition)} as ${follow.deploymentId}`);
  return follow;
}

async function updateTo(back: Return, now: ObservedService, world: StartWorld): Promise<Target> {
  try {
    const updated = await updateOnce(now, inputOf(back, world), world);
    const deploymentId = primaryOf(updated)?.id ?? '';
    return returning(back, { deploymentId, now, serviceDeployment: updated.serviceDeployment });
  } catch (error) {
    if (!isNamed(error, 'ClientException', 'InvalidParameterException')) throw error;
    // Someone may have deregistered the revision; what it said can still be read, and is registered again.
    const taskDefinition = await registerAgain(back.taskDefinition, world);
    if (taskDefinition === undefined) throw error;
    return updateTo({ ...back, taskDefinition }, now, world);
  }
}

async function registerAgain(arn: string, { aws, registrations, signal }: StartWorld): Promise<string | undefined> {
  const found = await describeTaskDefinition(aws, arn);
  if (found === undefined || found.active) return undefined;
  await registrations(signal);
  return registerTaskDefinition(aws, found.definition, found.tags);
}

function inputOf({ plan, taskDefinition }: Return, { contract }: StartWorld): ServiceUpdate {
  const { before, settings, count, wanted } = plan;
  const changed = new Set(settings.map(({ what }) => what));
  const restored =
    before === undefined
      ? []
      : compareSettings(settingsOf(wanted, contract), before.settings).filter(({ what }) => changed.has(what));
  return {
    cluster: contract.cluster.name,
    service: plan.ecsName,
    taskDefinition,
    ...mergeSettings(restored),
    ...(restored.some(({ needsForce }) => needsForce) ? { forceNewDeployment: true } : {}),
    ...(before === undefined || count === undefined ? {} : { desiredCount: before.desired }),
  };
}

/** The target by which a service is followed on its way back. */
export function returning(
  { target, taskDefinition }: Pick<Return, 'target' | 'taskDefinition'>,
  back: { deploymentId: string; now: ObservedService; serviceDeployment?: string | undefined },
): Target {
  const earlier = [target.deploymentId, ...back.now.deployments.map(({ id }) => id)];
  return {
    ...target,
    deploymentId: back.deploymentId,
    serviceDeployment: back.serviceDeployment,
    taskDefinition,
    // The earlier definition may name its image by a tag: its revision is what is checked.
    digests: [],
    earlier: new Set(earlier.filter((id) => id !== back.deploymentId)),
  };
}
