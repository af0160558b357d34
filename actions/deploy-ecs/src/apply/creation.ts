import { createHash } from 'node:crypto';
import type { ServiceCreation } from '../../../../lib/aws/ecs-services.ts';
import { settingsInput } from '../../../../lib/aws/service-settings.ts';
import type { Contract } from '../../../../lib/core/contract.ts';
import type { ServicePlan } from '../deploy/plan-service.ts';
import { initialCount, settingsOf } from '../deploy/settings.ts';

export type CreationWorld = {
  readonly contract: Contract;
  readonly release: string;
  readonly tags: Readonly<Record<string, string>>;
};

/** What CreateService is told; its token makes a repeated call, also one of a later attempt, the same call. */
export function creationOf(
  { ecsName, wanted, count }: ServicePlan,
  taskDefinition: string,
  { contract, release, tags }: CreationWorld,
): ServiceCreation {
  return {
    cluster: contract.cluster.name,
    serviceName: ecsName,
    taskDefinition,
    desiredCount: count ?? initialCount(wanted.service, undefined),
    clientToken: createHash('sha256')
      .update(JSON.stringify([release, ecsName, taskDefinition]))
      .digest('hex')
      .slice(0, 36),
    ...settingsInput(settingsOf(wanted, contract)),
    deploymentConfiguration: {
      // New tasks before old ones go, and ECS goes back by itself even when this job is gone.
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
    // A task shows the release that made its definition; the service's own tags are those of its first release.
    propagateTags: 'TASK_DEFINITION',
    enableECSManagedTags: true,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  };
}
