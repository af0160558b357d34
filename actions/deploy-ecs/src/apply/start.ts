import {
  createService,
  type ObservedService,
  primaryOf,
  type ServiceUpdate,
} from '../../../../lib/aws/ecs-services.ts';
import type { Pace } from '../../../../lib/aws/pace.ts';
import type { SettingsInput } from '../../../../lib/aws/service-settings.ts';
import { registerUnlessSame } from '../../../../lib/aws/task-definition.ts';
import { ActionError } from '../../../../lib/core/errors.ts';
import type { Whereabouts } from '../../../../lib/core/names.ts';
import type { ServicePlan } from '../deploy/plan-service.ts';
import type { Target } from '../watch/target.ts';
import { type CreationWorld, creationOf } from './creation.ts';
import { updateOnce, type UpdateWorld } from './update-once.ts';

export { updateOnce } from './update-once.ts';

export type StartWorld = UpdateWorld &
  CreationWorld & {
    /** Whose ledger it is. */
    readonly where: Whereabouts;
    readonly forceNewDeployment: boolean;
    readonly registrations: Pace;
    /** By ECS service, the revision that it was given, filled in as it happens. */
    readonly revisions: Revisions;
  };

/** `isNew`: this release has registered it, and nobody else knows of it yet. */
export type Revisions = Map<string, { readonly arn: string; readonly isNew: boolean }>;

/** Registers what is new and creates or updates the service; answers with the deployment to be followed. */
export async function startService(plan: ServicePlan, world: StartWorld): Promise<Target> {
  const { aws, log } = world;
  const { before, follows, registered } = plan;
  if (before !== undefined && follows !== undefined && registered !== undefined) {
    log.info(`${plan.name}: an earlier attempt has begun ${follows}; following it`);
    const basis = { deploymentId: follows, taskDefinition: registered, startedAt: aws.clock.now() };
    return targetOf(plan, { service: before, ...basis });
  }
  const taskDefinition = await definitionFor(plan, world);
  if (before === undefined) await world.updates?.(world.signal);
  const startedAt = aws.clock.now();
  const service =
    before === undefined
      ? await createService(aws, creationOf(plan, taskDefinition, world))
      : await updateOnce(before, updateOf(plan, taskDefinition, world), world);
  const deployment = primaryOf(service);
  if (deployment?.taskDefinition !== taskDefinition) throw unexpected(plan, deployment?.id);
  log.info(`${plan.name}: ${words[plan.change]} as ${deployment.id} with ${shortArn(taskDefinition)}`);
  return targetOf(plan, { service, deploymentId: deployment.id, taskDefinition, startedAt });
}

const words = { create: 'created', update: 'updated', restart: 'restarted', unchanged: 'unchanged' } as const;

/** The deployment of a service as it is to be followed. */
export function targetOf(
  { name, ecsName, digests, container, count, wanted, before }: ServicePlan,
  {
    service: { serviceDeployment },
    deploymentId,
    ...rest
  }: Pick<Target, 'deploymentId' | 'taskDefinition' | 'startedAt'> & { readonly service: ObservedService },
): Target {
  const earlier = (before?.deployments ?? []).map(({ id }) => id).filter((id) => id !== deploymentId);
  const mayBeEmpty = wanted.service.scaling?.min === 0 || (count ?? wanted.service.desiredCount) === 0;
  const own = { name, ecsName, digests, container, mayBeEmpty };
  return { ...own, serviceDeployment, deploymentId, earlier: new Set(earlier), ...rest };
}

async function definitionFor(
  { ecsName, wanted, registered, keptTags }: ServicePlan,
  { aws, tags, registrations, signal, revisions }: StartWorld,
): Promise<string> {
  if (registered === undefined) await registrations(signal);
  const revision =
    registered === undefined
      ? await registerUnlessSame(aws, wanted.definition, { ...keptTags, ...tags })
      : { arn: registered, isNew: false };
  revisions.set(ecsName, revision);
  return revision.arn;
}

/** Only what differs. The count is the autoscaler's, except where one is asked for or a failed first release left none. */
function updateOf(
  { ecsName, change, count, settings }: ServicePlan,
  taskDefinition: string,
  { contract, forceNewDeployment }: StartWorld,
): ServiceUpdate {
  const isForced = forceNewDeployment || change === 'restart' || settings.some(({ needsForce }) => needsForce);
  return {
    cluster: contract.cluster.name,
    service: ecsName,
    taskDefinition,
    ...mergeSettings(settings),
    ...(isForced ? { forceNewDeployment: true } : {}),
    ...(count === undefined ? {} : { desiredCount: count }),
  };
}

export function mergeSettings(changes: readonly { readonly input: SettingsInput }[]): SettingsInput {
  return Object.assign({}, ...changes.map(({ input }) => input));
}

function unexpected({ name }: ServicePlan, primary: string | undefined): ActionError {
  return new ActionError('E_STATE', `${name}: ECS answered with another deployment (${primary ?? 'none'}) than ours.`, {
    remedy: 'Someone else deploys this service at the same time: give the jobs one concurrency group.',
    place: name,
  });
}

export function shortArn(taskDefinition: string): string {
  return taskDefinition.slice(taskDefinition.lastIndexOf('/') + 1);
}
