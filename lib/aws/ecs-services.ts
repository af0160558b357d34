import { CreateServiceCommand, DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type {
  CreateServiceCommandInput,
  Deployment as EcsDeployment,
  Service as EcsService,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { inBatches } from './batches.ts';
import { ecs } from './ecs-client.ts';
import { type RolloutRules, toRolloutRules } from './ecs-rollout-rules.ts';
import { readSettings, type ServiceSettings } from './service-settings.ts';
import type { Aws, SendOptions } from './session.ts';

/** An ECS service as DescribeServices shows it at one moment; a read may lag a few seconds behind a write. */
export type ObservedService = {
  readonly name: string;
  /** ACTIVE, DRAINING or INACTIVE. */
  readonly status: string;
  /** ECS, CODE_DEPLOY or EXTERNAL. */
  readonly controller: string;
  readonly taskDefinition: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly hasCircuitBreaker: boolean;
  readonly rules: RolloutRules;
  /** Share of the desired tasks that a rollout keeps healthy. */
  readonly minimumHealthyPercent: number;
  /** Express Mode: ECS itself manages definition and network. */
  readonly isExpress: boolean;
  /** Newest first; the PRIMARY one is the target. */
  readonly deployments: readonly ObservedDeployment[];
  /** Newest first, at most a hundred. */
  readonly events: readonly ServiceEvent[];
  /** ARN of the service deployment that is going on. */
  readonly serviceDeployment: string | undefined;
  readonly settings: ServiceSettings;
  readonly tags: Readonly<Record<string, string>>;
};

export type ObservedDeployment = {
  /** `ecs-svc/<digits>`; tasks carry it as startedBy. */
  readonly id: string;
  /** PRIMARY, ACTIVE, or something newer than this code. */
  readonly status: string;
  /** IN_PROGRESS, COMPLETED, FAILED, or absent. */
  readonly rolloutState: string | undefined;
  readonly rolloutReason: string | undefined;
  readonly taskDefinition: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  /** Consecutive failures. */
  readonly failed: number;
};

export type ServiceEvent = { readonly id: string; readonly at: number; readonly message: string };

/** What CreateService and UpdateService take. */
export type ServiceCreation = CreateServiceCommandInput & { readonly cluster: string };
export type ServiceUpdate = UpdateServiceCommandInput & { readonly cluster: string };

const servicesPerCall = 10;
/** Changes are refused before any effect when there are too many of them, so waiting long is safe, also in an undo. */
const longestThrottleMs = 10 * 60_000;

/** Services by name, ten to a call, side by side. Unknown ones are not in the answer. */
export async function describeServices(
  aws: Aws,
  cluster: string,
  names: readonly string[],
  options?: SendOptions,
): Promise<ReadonlyMap<string, ObservedService>> {
  const batches = inBatches(names, servicesPerCall);
  const answers = await Promise.all(
    batches.map((services) =>
      aws.send(ecs(aws), new DescribeServicesCommand({ cluster, services, include: ['TAGS'] }), options),
    ),
  );
  const services = answers.flatMap((answer) => answer.services ?? []).map(toService);
  return new Map(services.map((service) => [service.name, service]));
}

/** Creates a service; `clientToken` makes a repeated call the same call. */
export async function createService(aws: Aws, input: ServiceCreation): Promise<ObservedService> {
  const answer = await aws.send(ecs(aws), new CreateServiceCommand(input), { deadlineMs: longestThrottleMs });
  return toService(answer.service ?? {});
}

/**
 * Updates a service. UpdateService has no idempotency token: a lost answer throws `LostAnswer`, and the caller looks
 * at the service before it sends again, since a forced update sent twice is two deployments.
 */
export async function updateService(aws: Aws, input: ServiceUpdate): Promise<ObservedService> {
  const answer = await aws.send(ecs(aws), new UpdateServiceCommand(input), {
    repeat: 'never',
    deadlineMs: longestThrottleMs,
  });
  return toService(answer.service ?? {});
}

/** The deployment that a service is moving to. */
export function primaryOf(service: ObservedService): ObservedDeployment | undefined {
  return service.deployments.find((deployment) => deployment.status === 'PRIMARY');
}

function toService(service: EcsService): ObservedService {
  return {
    name: service.serviceName ?? '',
    status: service.status ?? '',
    controller: service.deploymentController?.type ?? 'ECS',
    taskDefinition: service.taskDefinition ?? '',
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    hasCircuitBreaker: service.deploymentConfiguration?.deploymentCircuitBreaker?.enable === true,
    rules: toRolloutRules(service.deploymentConfiguration, service.desiredCount ?? 0),
    minimumHealthyPercent: service.deploymentConfiguration?.minimumHealthyPercent ?? 100,
    isExpress: service.resourceManagementType === 'ECS',
    deployments: (service.deployments ?? []).map(toDeployment),
    events: (service.events ?? []).map((event) => ({
      id: event.id ?? '',
      at: event.createdAt?.getTime() ?? 0,
      message: event.message ?? '',
    })),
    serviceDeployment: service.currentServiceDeployment,
    settings: readSettings(service),
    tags: Object.fromEntries((service.tags ?? []).map(({ key = '', value = '' }) => [key, value])),
  };
}

function toDeployment(deployment: EcsDeployment): ObservedDeployment {
  return {
    id: deployment.id ?? '',
    status: deployment.status ?? '',
    rolloutState: deployment.rolloutState,
    rolloutReason: deployment.rolloutStateReason,
    taskDefinition: deployment.taskDefinition ?? '',
    desired: deployment.desiredCount ?? 0,
    running: deployment.runningCount ?? 0,
    pending: deployment.pendingCount ?? 0,
    failed: deployment.failedTasks ?? 0,
  };
}
