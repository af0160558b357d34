import { z } from 'zod';
import { notSimulated, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page, seconds, secondsIf } from './answers.ts';
import { breakerThreshold } from './breaker.ts';
import { rollBack } from './deployment.ts';
import { conflict, serviceDeploymentNotFound, serviceNotFound } from './errors.ts';
import { findCluster, findService } from './lookup.ts';
import { countRevisionTasks } from './service-answer.ts';
import { isFinal } from './service-deployment.ts';
import { request } from './shapes.ts';
import type { Deployment, Ecs, EcsService, ServiceDeployment } from './state.ts';

const statuses = z.enum([
  'PENDING',
  'IN_PROGRESS',
  'SUCCESSFUL',
  'STOP_REQUESTED',
  'STOPPED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
]);

function allServices(ecs: Ecs): EcsService[] {
  return [...ecs.clusters.values()].flatMap((cluster) => [...cluster.services.values()]);
}

function findRecord(ecs: Ecs, arn: string): ServiceDeployment | undefined {
  return allServices(ecs)
    .flatMap(({ serviceDeployments }) => serviceDeployments)
    .find((record) => record.arn === arn);
}

function describeBrief(record: ServiceDeployment) {
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

function describeRecord(record: ServiceDeployment) {
  const { targetServiceRevisionArn: _brief, ...shared } = describeBrief(record);
  const { configuration } = record.service;
  return {
    ...shared,
    updatedAt: seconds(record.updatedAt),
    stoppedAt: secondsIf(record.stoppedAt),
    sourceServiceRevisions: record.sources.map((source) => countRevision(record.service, source)),
    targetServiceRevision: countRevision(record.service, record.target),
    rollback:
      record.rollback === undefined
        ? undefined
        : {
            reason: record.rollback.reason,
            startedAt: seconds(record.rollback.startedAt),
            serviceRevisionArn: record.rollback.to?.revisionArn,
          },
    deploymentConfiguration: { ...configuration, strategy: 'ROLLING', bakeTimeInMinutes: 0 },
    deploymentCircuitBreaker: {
      status: record.breaker,
      failureCount: record.target.failedTasks,
      threshold: breakerThreshold(
        configuration.deploymentCircuitBreaker.thresholdConfiguration,
        record.service.desiredCount,
      ),
    },
    alarms: { status: 'DISABLED', alarmNames: [], triggeredAlarmNames: [] },
  };
}

function countRevision(service: EcsService, deployment: Deployment) {
  return {
    arn: deployment.revisionArn,
    requestedTaskCount: deployment.desiredCount,
    ...countRevisionTasks(service, deployment),
  };
}

function describeRevision(service: EcsService, deployment: Deployment) {
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

function requestRollback(ecs: Ecs, arn: string): void {
  const record = findRecord(ecs, arn);
  if (record === undefined) throw serviceDeploymentNotFound();
  if (isFinal(record)) throw conflict(`The service deployment is ${record.status} and can no longer be stopped.`);
  const isSuperseded = record.service.serviceDeployments[0] !== record;
  if (record.rollback !== undefined || isSuperseded) return;
  rollBack(ecs, record.service, record, 'Service deployment rolled back because a stop was requested.');
}

const arns = z.array(z.string()).min(1).max(20);
const date = z.number();

export function serviceDeploymentOperations(ecs: Ecs): Record<string, Operation> {
  return {
    ListServiceDeployments: operation({
      input: request({
        service: z.string().min(1),
        cluster: z.string().default('default'),
        status: z.array(statuses).default([]),
        createdAt: z.strictObject({ after: date.optional(), before: date.optional() }).default({}),
        maxResults: z.int().min(1).max(100).default(20),
        nextToken: z.string().optional(),
      }),
      resources: ({ service, cluster }) => [service.startsWith('arn:') ? service : ecs.names.service(cluster, service)],
      run({ service: name, cluster, status, createdAt: { after = 0, before = Infinity }, ...paging }) {
        const service = findService(findCluster(ecs, cluster), name);
        if (service === undefined) throw serviceNotFound();
        const matching = service.serviceDeployments.filter(
          (record) =>
            (status.length === 0 || status.includes(record.status)) &&
            seconds(record.createdAt) >= after &&
            seconds(record.createdAt) <= before,
        );
        const { items, ...rest } = page(matching, paging);
        return { serviceDeployments: items.map(describeBrief), ...rest };
      },
    }),
    DescribeServiceDeployments: operation({
      input: request({ serviceDeploymentArns: arns }),
      resources: ({ serviceDeploymentArns }) => serviceDeploymentArns,
      run({ serviceDeploymentArns }) {
        const found = serviceDeploymentArns.map((arn) => ({ arn, record: findRecord(ecs, arn) }));
        return {
          serviceDeployments: found.flatMap(({ record }) => (record ? [describeRecord(record)] : [])),
          failures: found.filter(({ record }) => !record).map(({ arn }) => ({ arn, reason: 'MISSING' })),
        };
      },
    }),
    DescribeServiceRevisions: operation({
      input: request({ serviceRevisionArns: arns }),
      resources: ({ serviceRevisionArns }) => serviceRevisionArns,
      run({ serviceRevisionArns }) {
        const revisions = allServices(ecs).flatMap((service) =>
          service.serviceDeployments.map(({ target }) => ({ service, target })),
        );
        const found = serviceRevisionArns.map((arn) => ({
          arn,
          revision: revisions.find(({ target }) => target.revisionArn === arn),
        }));
        return {
          serviceRevisions: found.flatMap(({ revision }) =>
            revision ? [describeRevision(revision.service, revision.target)] : [],
          ),
          failures: found.filter(({ revision }) => !revision).map(({ arn }) => ({ arn, reason: 'MISSING' })),
        };
      },
    }),
    StopServiceDeployment: operation({
      input: request({ serviceDeploymentArn: z.string(), stopType: z.enum(['ROLLBACK', 'ABORT']).default('ROLLBACK') }),
      resources: ({ serviceDeploymentArn }) => [serviceDeploymentArn],
      run({ serviceDeploymentArn, stopType }) {
        if (stopType === 'ABORT') throw notSimulated('StopServiceDeployment with ABORT');
        requestRollback(ecs, serviceDeploymentArn);
        return { serviceDeploymentArn };
      },
    }),
  };
}
