import { seconds } from './answers.ts';
import { tasksOf } from './deployment.ts';
import { describeTaskSet } from './deployment-controller.ts';
import { currentServiceDeployment } from './service-deployment.ts';
import type { Deployment, EcsService, ServiceTarget, Task } from './state.ts';

/** A service as DescribeServices shows it. */
export function describeService(service: EcsService, include: readonly string[] = []) {
  const { options, target } = service;
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    ...countTasks([...service.tasks]),
    ...describeTarget(target),
    platformFamily: 'Linux',
    launchType: options.launchType,
    capacityProviderStrategy: options.capacityProviderStrategy,
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: service.controller },
    deploymentConfiguration: service.configuration,
    ...describeDeployments(service),
    events: service.events.map((event) => ({ ...event, createdAt: seconds(event.createdAt) })),
    healthCheckGracePeriodSeconds: options.healthCheckGracePeriodSeconds,
    enableExecuteCommand: options.enableExecuteCommand,
    enableECSManagedTags: options.enableECSManagedTags,
    propagateTags: options.propagateTags,
    availabilityZoneRebalancing: options.availabilityZoneRebalancing,
    placementConstraints: [],
    placementStrategy: [],
    resourceManagementType: service.managedBy,
    createdAt: seconds(service.createdAt),
    createdBy: service.createdBy,
    tags: include.includes('TAGS') ? service.tags : [],
  };
}

/** Only services that ECS itself deploys have deployments; the others have task sets. */
function describeDeployments(service: EcsService) {
  if (service.controller !== 'ECS')
    return {
      deployments: [],
      taskSets: service.deployments.map((deployment) =>
        describeTaskSet(service, deployment, countTasks(tasksOf(service, deployment))),
      ),
    };
  return {
    deployments: service.deployments.map((deployment) => describeDeployment(service, deployment)),
    currentServiceDeployment: currentServiceDeployment(service)?.arn,
    currentServiceRevisions: service.deployments.map((deployment) => ({
      arn: deployment.revisionArn,
      requestedTaskCount: deployment.desiredCount,
      ...countRevisionTasks(service, deployment),
    })),
  };
}

function describeTarget({ definition, network, loadBalancers, registries, platformVersion }: ServiceTarget) {
  return {
    taskDefinition: definition.arn,
    networkConfiguration: network,
    loadBalancers,
    serviceRegistries: registries,
    platformVersion,
  };
}

function describeDeployment(service: EcsService, deployment: Deployment) {
  const { target } = deployment;
  const { options } = service;
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: target.definition.arn,
    desiredCount: deployment.desiredCount,
    ...countTasks(tasksOf(service, deployment)),
    failedTasks: deployment.failedTasks,
    createdAt: seconds(deployment.createdAt),
    updatedAt: seconds(deployment.updatedAt),
    launchType: options.launchType,
    ...(options.launchType === undefined ? { capacityProviderStrategy: options.capacityProviderStrategy } : {}),
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    networkConfiguration: target.network,
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

const starting: ReadonlySet<string> = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);

function countTasks(tasks: readonly Task[]) {
  return {
    runningCount: tasks.filter(({ status }) => status === 'RUNNING').length,
    pendingCount: tasks.filter(({ status }) => starting.has(status)).length,
  };
}

/** The same counts in the words of service revisions. */
export function countRevisionTasks(service: EcsService, deployment: Deployment) {
  const { runningCount, pendingCount } = countTasks(tasksOf(service, deployment));
  return { runningTaskCount: runningCount, pendingTaskCount: pendingCount };
}
