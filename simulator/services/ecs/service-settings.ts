import { invalidParameter } from './errors.ts';
import { checkNetwork } from './network.ts';
import type { CreateServiceInput, LoadBalancer, UpdateServiceInput } from './service-shape.ts';
import type { Ecs, ServiceOptions, ServiceTarget, TaskDefinition } from './state.ts';

type Wanted = CreateServiceInput | UpdateServiceInput;

/** What a deployment would bring to ECS; what is not named stays. */
export function changedTarget(
  ecs: Ecs,
  wanted: Wanted,
  definition: TaskDefinition,
  before?: ServiceTarget,
): ServiceTarget {
  const network = wanted.networkConfiguration ?? before?.network;
  if (network === undefined)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  checkNetwork(ecs, network);
  const target = {
    definition,
    network,
    loadBalancers: wanted.loadBalancers ?? before?.loadBalancers ?? [],
    registries: wanted.serviceRegistries ?? before?.registries ?? [],
    platformVersion: wanted.platformVersion ?? before?.platformVersion ?? 'LATEST',
  };
  for (const loadBalancer of target.loadBalancers) checkLoadBalancer(ecs, loadBalancer, definition);
  for (const { registryArn } of target.registries)
    if (ecs.cloud.discovery.service(registryArn) === undefined)
      throw invalidParameter(`The service registry ${registryArn} does not exist.`);
  return target;
}

function checkLoadBalancer(ecs: Ecs, wanted: LoadBalancer, definition: TaskDefinition): void {
  const { targetGroupArn, containerName, containerPort } = wanted;
  const group = ecs.cloud.elb.targetGroup(targetGroupArn);
  if (group === undefined)
    throw invalidParameter(`The specified target group does not exist. targetGroupArn: ${targetGroupArn}`);
  if (group.listenerArns.length === 0)
    throw invalidParameter(
      `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
    );
  const container = definition.containerDefinitions.find(({ name }) => name === containerName);
  if (container === undefined)
    throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
  const alternate = wanted.advancedConfiguration?.alternateTargetGroupArn;
  if (alternate !== undefined && ecs.cloud.elb.targetGroup(alternate) === undefined)
    throw invalidParameter(`The specified target group does not exist. targetGroupArn: ${alternate}`);
  if (!container.portMappings.some((mapping) => mapping.containerPort === containerPort))
    throw invalidParameter(`The container ${containerName} did not have a container port ${containerPort} defined.`);
}

/** What is stored and shown; what is not named stays. */
export function changedOptions(wanted: Wanted, before?: ServiceOptions): ServiceOptions {
  const strategy = wanted.capacityProviderStrategy ?? before?.capacityProviderStrategy ?? [];
  return {
    capacityProviderStrategy: strategy,
    launchType: strategy.length > 0 ? undefined : 'FARGATE',
    healthCheckGracePeriodSeconds: wanted.healthCheckGracePeriodSeconds ?? before?.healthCheckGracePeriodSeconds ?? 0,
    enableExecuteCommand: wanted.enableExecuteCommand ?? before?.enableExecuteCommand ?? false,
    enableECSManagedTags: wanted.enableECSManagedTags ?? before?.enableECSManagedTags ?? false,
    propagateTags: wanted.propagateTags ?? before?.propagateTags ?? 'NONE',
    // CreateService's default is ENABLED; UpdateService keeps what is there.
    availabilityZoneRebalancing: wanted.availabilityZoneRebalancing ?? before?.availabilityZoneRebalancing ?? 'ENABLED',
  };
}

/** Whether going from one to the other needs new tasks. */
export function needsDeployment(before: ServiceTarget, after: ServiceTarget): boolean {
  return comparable(before) !== comparable(after);
}

const comparable = ({ definition, ...rest }: ServiceTarget) => JSON.stringify([definition.arn, rest]);
