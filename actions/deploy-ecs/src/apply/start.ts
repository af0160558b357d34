import { createHash } from 'node:crypto';
import { LostAnswer } from '../../../../lib/aws/errors.ts';
import {
  createService,
  describeServices,
  type ObservedService,
  primaryOf,
  type ServiceCreation,
  type ServiceUpdate,
  updateService,
} from '../../../../lib/aws/ecs-services.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { registerUnlessSame } from '../../../../lib/aws/task-definition.ts';
import type { Contract } from '../../../../lib/core/contract.ts';
import { ActionError } from '../../../../lib/core/errors.ts';
import type { Log } from '../../../../lib/core/world.ts';
import type { Pace } from './registration-pace.ts';
import { capacityProvider, type ServicePlan } from '../deploy/plan.ts';
import type { Target } from '../watch/target.ts';

export type StartWorld = {
  readonly aws: Aws;
  readonly contract: Contract;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly release: string;
  readonly forceNewDeployment: boolean;
  /** On what is registered and created: release, commit, run. */
  readonly tags: Readonly<Record<string, string>>;
  readonly registrations: Pace;
};

/** Registers what is new and creates or updates the service; answers with the deployment to be followed. */
export async function startService(plan: ServicePlan, world: StartWorld): Promise<Target> {
  const { aws, log } = world;
  const taskDefinition = await definitionFor(plan, world);
  const startedAt = aws.clock.now();
  const service =
    plan.before === undefined
      ? await createService(aws, creation(plan, taskDefinition, world))
      : await updateOnce(plan.before, update(plan, taskDefinition, world), world);
  const deployment = service.deployments.find(
    ({ taskDefinition: arn, status }) => arn === taskDefinition && status === 'PRIMARY',
  );
  if (deployment === undefined) throw unexpected(plan, service);
  log.info(`${plan.name}: ${words[plan.change]} as ${deployment.id} with ${shortArn(taskDefinition)}`);
  return {
    name: plan.name,
    ecsName: plan.ecsName,
    deploymentId: deployment.id,
    taskDefinition,
    digests: plan.digests,
    serviceDeployment: service.serviceDeployment,
    earlier: new Set((plan.before?.deployments ?? []).map(({ id }) => id).filter((id) => id !== deployment.id)),
    startedAt,
  };
}

const words = { create: 'created', update: 'updated', restart: 'restarted', unchanged: 'unchanged' } as const;

async function definitionFor(plan: ServicePlan, { aws, tags, registrations, signal }: StartWorld): Promise<string> {
  if (plan.before !== undefined && plan.change !== 'update') return plan.before.taskDefinition;
  await registrations(signal);
  return (await registerUnlessSame(aws, plan.wanted.definition, tags)).arn;
}

/**
 * UpdateService cannot be repeated blindly: a forced update sent twice is two deployments. After a lost answer the
 * service is read, for as long as a read may lag behind, and the update is sent again only when it has not arrived.
 */
export async function updateOnce(
  before: ObservedService,
  input: ServiceUpdate,
  { aws, log, signal }: Pick<StartWorld, 'aws' | 'log' | 'signal'>,
): Promise<ObservedService> {
  const known = new Set(before.deployments.map(({ id }) => id));
  for (let attempt = 1; ; attempt++) {
    try {
      return await updateService(aws, input);
    } catch (error) {
      if (!(error instanceof LostAnswer)) throw error;
      log.info(`${before.name}: no answer to UpdateService; looking whether it arrived`);
      const arrived = await lookForUpdate(before.name, input, known, { aws, signal });
      if (arrived !== undefined) return arrived;
      if (attempt === mostUpdates) throw error;
    }
  }
}

const mostUpdates = 5;
const looks = [500, 1_000, 2_000, 3_000];

async function lookForUpdate(
  name: string,
  { cluster, taskDefinition, desiredCount }: ServiceUpdate,
  known: ReadonlySet<string>,
  { aws, signal }: Pick<StartWorld, 'aws' | 'signal'>,
): Promise<ObservedService | undefined> {
  for (const pauseMs of looks) {
    const service = (await describeServices(aws, cluster, [name])).get(name);
    const primary = service === undefined ? undefined : primaryOf(service);
    const isNew = primary !== undefined && !known.has(primary.id) && primary.taskDefinition === taskDefinition;
    const isScaled = taskDefinition === undefined && service?.desired === desiredCount;
    if (isNew || isScaled) return service;
    await aws.clock.sleep(pauseMs, signal);
  }
  return undefined;
}

/** Only what a release changes. The count is the autoscaler's, except where a failed first release left none. */
function update(
  { ecsName, change, restoreCount, wanted }: ServicePlan,
  taskDefinition: string,
  { contract, forceNewDeployment }: StartWorld,
): ServiceUpdate {
  return {
    cluster: contract.cluster.name,
    service: ecsName,
    taskDefinition,
    ...(forceNewDeployment || change === 'restart' ? { forceNewDeployment: true } : {}),
    ...(restoreCount ? { desiredCount: wanted.service.desiredCount } : {}),
  };
}

function creation({ ecsName, wanted }: ServicePlan, taskDefinition: string, world: StartWorld): ServiceCreation {
  const { contract, release, tags } = world;
  const { service, infra } = wanted;
  const { subnets, assignPublicIp } = contract.network;
  return {
    cluster: contract.cluster.name,
    serviceName: ecsName,
    taskDefinition,
    desiredCount: service.desiredCount,
    clientToken: createHash('sha256')
      .update(JSON.stringify([release, ecsName, taskDefinition]))
      .digest('hex')
      .slice(0, 36),
    capacityProviderStrategy: [{ capacityProvider: capacityProvider(service), weight: 1 }],
    networkConfiguration: {
      awsvpcConfiguration: { subnets: [...subnets], securityGroups: [...infra.securityGroups], assignPublicIp },
    },
    deploymentConfiguration: {
      // New tasks before old ones go, and ECS goes back by itself even when this job is gone.
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
    ...(infra.targetGroup === undefined || service.port === undefined
      ? {}
      : {
          loadBalancers: [
            { targetGroupArn: infra.targetGroup, containerName: service.name, containerPort: service.port },
          ],
          healthCheckGracePeriodSeconds: graceSeconds(service.healthCheck),
        }),
    ...(infra.registry === undefined ? {} : { serviceRegistries: [{ registryArn: infra.registry }] }),
    propagateTags: 'SERVICE',
    enableECSManagedTags: true,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  };
}

/** The load balancer must not kill a task whose own health check has not had its chance yet. */
function graceSeconds(
  check: { startPeriodSeconds: number; intervalSeconds: number; retries: number } | undefined,
): number {
  return check === undefined ? 60 : check.startPeriodSeconds + check.intervalSeconds * check.retries;
}

function unexpected({ name }: ServicePlan, { deployments }: ObservedService): ActionError {
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  return new ActionError(
    'E_STATE',
    `${name}: ECS answered with another deployment (${primary?.id ?? 'none'}) than ours.`,
    {
      remedy: 'Someone else deploys this service at the same time: give the jobs one concurrency group.',
      place: name,
    },
  );
}

export function shortArn(taskDefinition: string): string {
  return taskDefinition.slice(taskDefinition.lastIndexOf('/') + 1);
}
