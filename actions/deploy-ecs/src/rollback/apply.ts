import { primaryOf } from '../../../../lib/aws/ecs-services.ts';
import { registerUnlessSame } from '../../../../lib/aws/task-definition.ts';
import { explainFailure } from '../explain/explain.ts';
import { registrationPace } from '../apply/registration-pace.ts';
import { recheckDeployments, untouchedTarget } from '../watch/recheck.ts';
import type { ServiceResult } from '../report/result.ts';
import type { RollbackPlan } from './plan.ts';
import { shortArn, updateOnce } from '../apply/start.ts';
import type { Ended, Target } from '../watch/target.ts';
import { watchDeployments, type WatchWorld } from '../watch/watch.ts';

/** What became of one service; `ended` is undefined where nothing had to be begun. */
export type Applied = { readonly result: ServiceResult; readonly ended: Ended | undefined };

/** Takes all services that differ back, side by side, and follows them to their end. */
export async function applyRollback(plans: readonly RollbackPlan[], world: WatchWorld): Promise<readonly Applied[]> {
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
