import { z } from 'zod';
import { notSimulated, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page, seconds } from './answers.ts';
import { conflict, serviceDeploymentNotFound, serviceNotFound } from './errors.ts';
import { findCluster, findService } from './lookup.ts';
import { nameFromArn } from './names.ts';
import { continueDeployment } from './pause-hooks.ts';
import { requestRollback } from './rollback.ts';
import { describeBrief, describeRecord, describeRevision } from './service-deployment-answer.ts';
import { isFinal } from './service-deployment.ts';
import { request } from './shapes.ts';
import { hookAction } from './strategy-shape.ts';
import type { Ecs, EcsService, ServiceDeployment } from './state.ts';

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

function existingRecord(ecs: Ecs, arn: string): ServiceDeployment {
  const record = findRecord(ecs, arn);
  if (record === undefined) throw serviceDeploymentNotFound();
  return record;
}

const arns = z.array(z.string()).min(1).max(20);
const date = z.number();

export function serviceDeploymentOperations(ecs: Ecs): Record<string, Operation> {
  // The authorization reference asks for both kinds of resource.
  const withServices = (named: readonly string[]) => [
    ...new Set([...named.map((arn) => ecs.names.serviceOf(arn)), ...named]),
  ];
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
      resources: ({ service, cluster }) => [
        service.startsWith('arn:') ? service : ecs.names.service(nameFromArn(cluster), service),
      ],
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
      resources: ({ serviceDeploymentArns }) => withServices(serviceDeploymentArns),
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
      resources: ({ serviceRevisionArns }) => withServices(serviceRevisionArns),
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
      resources: ({ serviceDeploymentArn }) => withServices([serviceDeploymentArn]),
      run({ serviceDeploymentArn, stopType }) {
        if (stopType === 'ABORT') throw notSimulated('StopServiceDeployment with ABORT');
        const record = existingRecord(ecs, serviceDeploymentArn);
        if (isFinal(record)) throw conflict(`The service deployment is ${record.status} and can no longer be stopped.`);
        requestRollback(ecs, record);
        return { serviceDeploymentArn };
      },
    }),
    ContinueServiceDeployment: operation({
      input: request({ serviceDeploymentArn: z.string(), hookId: z.string(), action: hookAction.default('CONTINUE') }),
      resources: ({ serviceDeploymentArn }) => withServices([serviceDeploymentArn]),
      run({ serviceDeploymentArn, hookId, action }) {
        continueDeployment(ecs, existingRecord(ecs, serviceDeploymentArn), hookId, action);
        return { serviceDeploymentArn };
      },
    }),
  };
}
