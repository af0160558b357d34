import { seconds, secondsIf } from './answers.ts';
import { breakerThreshold } from './breaker.ts';
import { countRevisionTasks } from './service-answer.ts';
import { stageOf } from './stages.ts';
import type { Deployment, EcsService, ServiceDeployment } from './state.ts';

/** As ListServiceDeployments shows it. */
export function describeBrief(record: ServiceDeployment) {
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: record.service.arn,
    clusterArn: record.service.cluster.arn,
    createdAt: seconds(record.createdAt),
    startedAt: secondsIf(record.startedAt),
    finishedAt: secondsIf(record.finishedAt),
    targetServiceRevisionArn: record.target.revisionArn,
    status: record.status,
    statusReason: record.statusReason,
  };
}

/** As DescribeServiceDeployments shows it. */
export function describeRecord(record: ServiceDeployment) {
  const { targetServiceRevisionArn: _brief, ...shared } = describeBrief(record);
  const { configuration } = record.service;
  return {
    ...shared,
    updatedAt: seconds(record.updatedAt),
    stoppedAt: secondsIf(record.stoppedAt),
    sourceServiceRevisions: record.sources.map((source) => countRevision(record, source)),
    targetServiceRevision: countRevision(record, record.target),
    rollback:
      record.rollback === undefined
        ? undefined
        : {
            reason: record.rollback.reason,
            startedAt: seconds(record.rollback.startedAt),
            serviceRevisionArn: record.rollback.to?.revisionArn,
          },
    lifecycleStage: record.stages === undefined ? undefined : stageOf(record.stages),
    lifecycleHookDetails: record.stages?.hooks.map(({ id, status, expiresAt, timeoutAction }) => ({
      hookId: id,
      targetType: 'PAUSE',
      status,
      expiresAt: seconds(expiresAt),
      timeoutAction,
    })),
    deploymentConfiguration: configuration,
    deploymentCircuitBreaker: {
      status: record.monitors.breaker,
      failureCount: record.target.failedTasks,
      threshold: breakerThreshold(
        configuration.deploymentCircuitBreaker.thresholdConfiguration,
        record.service.desiredCount,
      ),
    },
    alarms: {
      status: record.monitors.alarms,
      alarmNames: configuration.alarms.alarmNames,
      triggeredAlarmNames: record.triggeredAlarms,
    },
  };
}

function countRevision(record: ServiceDeployment, deployment: Deployment) {
  return {
    arn: deployment.revisionArn,
    requestedTaskCount: deployment.desiredCount,
    ...countRevisionTasks(record.service, deployment),
    ...trafficOf(record, deployment),
  };
}

/** What the target has not, the revision that completed last has. Without a load balancer nobody shifts traffic. */
function trafficOf({ stages, service, target }: ServiceDeployment, deployment: Deployment) {
  if (stages === undefined || service.target.loadBalancers.length === 0) return {};
  const isProductive = deployment === stages.former;
  const share = (weight: number) => (deployment === target ? weight : isProductive ? 100 - weight : 0);
  return {
    requestedTestTrafficWeight: share(stages.testWeight),
    requestedProductionTrafficWeight: share(stages.productionWeight),
  };
}

/** As DescribeServiceRevisions shows it. */
export function describeRevision(service: EcsService, deployment: Deployment) {
  const { definition, network, loadBalancers, registries } = deployment.target;
  return {
    serviceRevisionArn: deployment.revisionArn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: definition.arn,
    launchType: service.options.launchType,
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    networkConfiguration: network,
    loadBalancers,
    serviceRegistries: registries,
    containerImages: definition.containerDefinitions.map(({ name, image }) => ({
      containerName: name,
      image,
      imageDigest: deployment.digests.get(name),
    })),
    guardDutyEnabled: false,
    createdAt: seconds(deployment.createdAt),
  };
}
