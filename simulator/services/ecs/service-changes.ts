import { notSimulated } from '../../operation.ts';
import type { Call } from '../../operation.ts';
import { beginDeployment } from './deployment.ts';
import { changedConfiguration, checkConfiguration } from './deployment-configuration.ts';
import { checkController, checkNewController } from './deployment-controller.ts';
import { invalidParameter, serviceNotFound } from './errors.ts';
import { activeService, findCluster, findService, usableDefinition } from './lookup.ts';
import { callerRole } from './principal.ts';
import { describeService } from './service-answer.ts';
import { currentServiceDeployment, stopServiceDeployment } from './service-deployment.ts';
import { changedOptions, changedTarget, needsDeployment } from './service-settings.ts';
import type { CreateServiceInput, UpdateServiceInput } from './service-shape.ts';
import type { Ecs, EcsService } from './state.ts';
import { wakeScheduler } from './wake.ts';

/** Makes the service and begins its first deployment; the same token again gives the service that is there. */
export function createService(ecs: Ecs, input: CreateServiceInput, call: Call): EcsService {
  const cluster = findCluster(ecs, input.cluster);
  const desiredCount = checkCreation(input);
  const existing = cluster.services.get(input.serviceName);
  if (existing?.status === 'ACTIVE') return sameCreation(existing, input);
  if (existing?.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');

  const target = changedTarget(ecs, input, usableDefinition(ecs, input.taskDefinition));
  const configuration = changedConfiguration(input.deploymentConfiguration);
  checkConfiguration(configuration, target);
  const service: EcsService = {
    name: input.serviceName,
    arn: ecs.names.service(cluster.name, input.serviceName),
    cluster,
    createdAt: ecs.cloud.clock.now(),
    createdBy: callerRole(call),
    clientToken: input.clientToken,
    status: 'ACTIVE',
    target,
    desiredCount,
    configuration,
    options: changedOptions(input),
    controller: input.deploymentController?.type ?? 'ECS',
    managedBy: 'CUSTOMER',
    tags: input.tags,
    deployments: [],
    lastCompleted: undefined,
    serviceDeployments: [],
    events: [],
    tasks: new Set(),
    waking: false,
    steady: false,
  };
  cluster.services.set(service.name, service);
  ecs.staleServices.remember(service.arn, undefined);
  beginDeployment(ecs, service, target, service.desiredCount);
  return service;
}

/** What only CreateService may get wrong; gives the desired count. */
function checkCreation(input: CreateServiceInput): number {
  if ((input.launchType ?? 'FARGATE') !== 'FARGATE') throw notSimulated(`the launch type ${input.launchType}`);
  if ((input.schedulingStrategy ?? 'REPLICA') !== 'REPLICA') throw notSimulated('DAEMON services');
  if (input.launchType !== undefined && input.capacityProviderStrategy !== undefined)
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported.');
  checkNewController(input.deploymentController?.type ?? 'ECS');
  if (input.desiredCount === undefined) throw invalidParameter('desiredCount is required for REPLICA services.');
  return input.desiredCount;
}

function sameCreation(existing: EcsService, { clientToken }: CreateServiceInput): EcsService {
  if (clientToken !== undefined && clientToken === existing.clientToken) return existing;
  throw invalidParameter('Creation of service was not idempotent.');
}

/** Changes what is named; only some changes, or force, start a deployment. */
export function updateService(ecs: Ecs, input: UpdateServiceInput): EcsService {
  const service = activeService(findCluster(ecs, input.cluster), input.service);
  checkController(service, input);
  const definition =
    input.taskDefinition === undefined ? service.target.definition : usableDefinition(ecs, input.taskDefinition);
  const target = changedTarget(ecs, input, definition, service.target);
  const configuration = changedConfiguration(input.deploymentConfiguration, service.configuration);
  checkConfiguration(configuration, target);
  ecs.staleServices.remember(service.arn, describeService(service, ['TAGS']));

  service.configuration = configuration;
  service.options = changedOptions(input, service.options);
  if (input.desiredCount !== undefined) scale(service, input.desiredCount);
  if (input.forceNewDeployment || needsDeployment(service.target, target)) beginDeployment(ecs, service, target);
  else wakeScheduler(ecs, service);
  return service;
}

export function scale(service: EcsService, desiredCount: number): void {
  service.desiredCount = desiredCount;
  const primary = service.deployments[0];
  if (primary !== undefined) primary.desiredCount = desiredCount;
}

/** Only an empty service, unless forced; it drains and becomes INACTIVE. */
export function deleteService(ecs: Ecs, cluster: string, name: string, force: boolean): EcsService {
  const service = findService(findCluster(ecs, cluster), name);
  if (service === undefined) throw serviceNotFound();
  if (service.status !== 'ACTIVE') return service;
  if (service.desiredCount > 0 && !force)
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  service.status = 'DRAINING';
  const running = currentServiceDeployment(service);
  if (running !== undefined) stopServiceDeployment(ecs, running, 'The service was deleted.');
  scale(service, 0);
  wakeScheduler(ecs, service);
  return service;
}
