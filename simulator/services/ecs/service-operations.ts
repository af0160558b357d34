import { z } from 'zod';
import { notSimulated, operation } from '../../operation.ts';
import type { Call, Operation } from '../../operation.ts';
import { page } from './answers.ts';
import { beginDeployment } from './deployment.ts';
import { invalidParameter, serviceNotFound } from './errors.ts';
import { activeService, findCluster, findService, usableDefinition } from './lookup.ts';
import { nameFromArn } from './names.ts';
import { callerRole } from './principal.ts';
import { describeService } from './service-answer.ts';
import { createServiceInput, updateServiceInput } from './service-shape.ts';
import type { CreateServiceInput, UpdateServiceInput } from './service-shape.ts';
import {
  changedConfiguration,
  changedOptions,
  changedTarget,
  checkSimulated,
  clusterCondition,
  needsDeployment,
} from './service-settings.ts';
import { request } from './shapes.ts';
import type { Ecs, EcsService } from './state.ts';
import { wakeScheduler } from './wake.ts';

function createService(ecs: Ecs, input: CreateServiceInput, call: Call): EcsService {
  const cluster = findCluster(ecs, input.cluster);
  checkSimulated(input);
  if ((input.launchType ?? 'FARGATE') !== 'FARGATE') throw notSimulated(`the launch type ${input.launchType}`);
  if ((input.schedulingStrategy ?? 'REPLICA') !== 'REPLICA') throw notSimulated('DAEMON services');
  if (input.launchType !== undefined && input.capacityProviderStrategy !== undefined)
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported.');
  if (input.desiredCount === undefined) throw invalidParameter('desiredCount is required for REPLICA services.');
  const existing = cluster.services.get(input.serviceName);
  if (existing?.status === 'ACTIVE') {
    if (input.clientToken !== undefined && input.clientToken === existing.clientToken) return existing;
    throw invalidParameter('Creation of service was not idempotent.');
  }
  if (existing?.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');

  const target = changedTarget(ecs, input, usableDefinition(ecs, input.taskDefinition));
  const service: EcsService = {
    name: input.serviceName,
    arn: ecs.names.service(cluster.name, input.serviceName),
    cluster,
    createdAt: ecs.cloud.clock.now(),
    createdBy: callerRole(call),
    clientToken: input.clientToken,
    status: 'ACTIVE',
    target,
    desiredCount: input.desiredCount,
    configuration: changedConfiguration(input),
    options: changedOptions(input),
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
  beginDeployment(ecs, service, target, service.desiredCount);
  return service;
}

/** Changes what is named; only some changes, or force, start a deployment. */
function updateService(ecs: Ecs, input: UpdateServiceInput): EcsService {
  const service = activeService(findCluster(ecs, input.cluster), input.service);
  checkSimulated(input);
  const definition =
    input.taskDefinition === undefined ? service.target.definition : usableDefinition(ecs, input.taskDefinition);
  const target = changedTarget(ecs, input, definition, service.target);
  const configuration = changedConfiguration(input, service.configuration);
  ecs.staleServices.remember(service.arn, describeService(service, ['TAGS']));

  service.configuration = configuration;
  service.options = changedOptions(input, service.options);
  if (input.desiredCount !== undefined) scale(service, input.desiredCount);
  if (input.forceNewDeployment || needsDeployment(service.target, target)) beginDeployment(ecs, service, target);
  else wakeScheduler(ecs, service);
  return service;
}

function scale(service: EcsService, desiredCount: number): void {
  service.desiredCount = desiredCount;
  const primary = service.deployments[0];
  if (primary !== undefined) primary.desiredCount = desiredCount;
}

function deleteService(ecs: Ecs, cluster: string, name: string, force: boolean): EcsService {
  const service = findService(findCluster(ecs, cluster), name);
  if (service === undefined) throw serviceNotFound();
  if (service.status !== 'ACTIVE') return service;
  if (service.desiredCount > 0 && !force)
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  service.status = 'DRAINING';
  scale(service, 0);
  wakeScheduler(ecs, service);
  return service;
}

const include = z.array(z.literal('TAGS')).default([]);
const clusterMember = { cluster: z.string().default('default') };

export function serviceOperations(ecs: Ecs): Record<string, Operation> {
  const serviceArn = (cluster: string, service: string) =>
    service.startsWith('arn:') ? service : ecs.names.service(nameFromArn(cluster), service);
  const conditions = clusterCondition(ecs);
  return {
    CreateService: operation({
      input: createServiceInput,
      resources: ({ cluster, serviceName }) => [serviceArn(cluster, serviceName)],
      conditions,
      run: (input, call) => ({ service: describeService(createService(ecs, input, call), ['TAGS']) }),
    }),
    UpdateService: operation({
      input: updateServiceInput,
      resources: ({ cluster, service }) => [serviceArn(cluster, service)],
      conditions,
      run: (input) => ({ service: describeService(updateService(ecs, input)) }),
    }),
    DeleteService: operation({
      input: request({ ...clusterMember, service: z.string().min(1), force: z.boolean().default(false) }),
      resources: ({ cluster, service }) => [serviceArn(cluster, service)],
      conditions,
      run: ({ cluster, service, force }) => ({ service: describeService(deleteService(ecs, cluster, service, force)) }),
    }),
    DescribeServices: operation({
      input: request({ ...clusterMember, services: z.array(z.string()).min(1).max(10), include }),
      resources: ({ cluster, services }) => services.map((service) => serviceArn(cluster, service)),
      conditions,
      run({ cluster: name, services, include: wanted }) {
        const cluster = findCluster(ecs, name);
        const found = services.map((text) => ({
          arn: serviceArn(cluster.name, text),
          service: findService(cluster, text),
        }));
        return {
          services: found.flatMap(({ service }) =>
            service ? [ecs.staleServices.read(service.arn, () => describeService(service, wanted))] : [],
          ),
          failures: found.filter(({ service }) => !service).map(({ arn }) => ({ arn, reason: 'MISSING' })),
        };
      },
    }),
    ListServices: operation({
      input: request({
        ...clusterMember,
        launchType: z.literal('FARGATE').optional(),
        schedulingStrategy: z.literal('REPLICA').optional(),
        maxResults: z.int().min(1).max(100).default(10),
        nextToken: z.string().optional(),
      }),
      conditions,
      run(input) {
        const services = [...findCluster(ecs, input.cluster).services.values()];
        const { items, ...rest } = page(
          services.filter(({ status }) => status !== 'INACTIVE'),
          input,
        );
        return { serviceArns: items.map(({ arn }) => arn), ...rest };
      },
    }),
  };
}
