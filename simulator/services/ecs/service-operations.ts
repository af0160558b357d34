import { z } from 'zod';
import { operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from './answers.ts';
import { conditionsOf, passedRoles, taggedOnCreation, type Telling } from './authorization.ts';
import { findCluster, findService } from './lookup.ts';
import { nameFromArn } from './names.ts';
import { describeService } from './service-answer.ts';
import { createService, deleteService, updateService } from './service-changes.ts';
import { createServiceInput, updateServiceInput } from './service-shape.ts';
import type { CreateServiceInput, UpdateServiceInput } from './service-shape.ts';
import { request } from './shapes.ts';
import type { Ecs } from './state.ts';

const include = z.array(z.literal('TAGS')).default([]);
const clusterMember = { cluster: z.string().default('default') };

export function serviceOperations(ecs: Ecs): Record<string, Operation> {
  const serviceArn = (cluster: string, service: string) =>
    service.startsWith('arn:') ? service : ecs.names.service(nameFromArn(cluster), service);
  const conditions = (input: Telling) => conditionsOf(ecs, input);
  return {
    CreateService: operation({
      input: createServiceInput,
      resources: ({ cluster, serviceName }) => [serviceArn(cluster, serviceName)],
      conditions,
      dependents: (input) => [
        ...taggedOnCreation('CreateService', serviceArn(input.cluster, input.serviceName), input.tags),
        ...passedRoles(rolesForEcs(input), 'ecs.amazonaws.com'),
      ],
      run: (input, call) => ({ service: describeService(createService(ecs, input, call), ['TAGS']) }),
    }),
    UpdateService: operation({
      input: updateServiceInput,
      resources: ({ cluster, service }) => [serviceArn(cluster, service)],
      conditions,
      dependents: (input) => passedRoles(rolesForEcs(input), 'ecs.amazonaws.com'),
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
        const seen = services.map((text) => {
          const arn = serviceArn(cluster.name, text);
          const service = findService(cluster, text);
          const current = () => (service === undefined ? undefined : describeService(service, wanted));
          return { arn, answer: ecs.staleServices.read(arn, current) };
        });
        return {
          services: seen.flatMap(({ answer }) => answer ?? []),
          failures: seen.filter(({ answer }) => !answer).map(({ arn }) => ({ arn, reason: 'MISSING' })),
        };
      },
    }),
    ListServices: operation({
      input: request({
        ...clusterMember,
        launchType: z.literal('FARGATE').optional(),
        schedulingStrategy: z.literal('REPLICA').optional(),
        resourceManagementType: z.enum(['CUSTOMER', 'ECS']).optional(),
        maxResults: z.int().min(1).max(100).default(10),
        nextToken: z.string().optional(),
      }),
      conditions,
      run(input) {
        const services = [...findCluster(ecs, input.cluster).services.values()];
        const { items, ...rest } = page(
          services.filter(
            ({ status, managedBy }) =>
              status !== 'INACTIVE' && managedBy === (input.resourceManagementType ?? managedBy),
          ),
          input,
        );
        return { serviceArns: items.map(({ arn }) => arn), ...rest };
      },
    }),
  };
}

/**
 * Roles by which ECS shifts traffic and calls hooks (docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html).
 * The roles of tasks were passed when their definition was registered.
 */
function rolesForEcs({ loadBalancers = [], deploymentConfiguration }: UpdateServiceInput | CreateServiceInput) {
  return [
    ...loadBalancers.map(({ advancedConfiguration }) => advancedConfiguration?.roleArn),
    ...(deploymentConfiguration?.lifecycleHooks ?? []).map(({ roleArn }) => roleArn),
  ];
}
