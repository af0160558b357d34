import {
  deleteScalingPolicy,
  deregisterScaling,
  describeScaling,
  putTrackingPolicy,
  registerScaling,
} from '../../../../lib/aws/autoscaling.ts';
import { findTargetGroups } from '../../../../lib/aws/elb.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { Log } from '../../../../lib/core/world.ts';
import type { ServicePlan } from '../deploy/plan-service.ts';
import { planScaling, requestCountLabel, type ScalingStep, type ScalingWish } from '../deploy/scaling.ts';

type ScaleWorld = { readonly aws: Aws; readonly cluster: string; readonly log: Log };

/** Scales the services of a good release as the manifest says, and ends scaling of ours that it no longer has. */
export async function scaleServices(services: readonly ServicePlan[], world: ScaleWorld): Promise<void> {
  const { aws, cluster, log } = world;
  const names = services.map(({ ecsName }) => ecsName);
  const [observed, wishes] = await Promise.all([describeScaling(aws, cluster, names), wishesOf(services, aws)]);
  for (const step of planScaling(wishes, observed)) {
    await takeStep(step, world);
    log.info(`${step.service}: ${describeStep(step)}`);
  }
}

async function wishesOf(services: readonly ServicePlan[], aws: Aws): Promise<readonly ScalingWish[]> {
  const counted = services.flatMap(({ wanted: { service, infra } }) =>
    service.scaling?.requests === undefined || infra.targetGroup === undefined ? [] : [infra.targetGroup],
  );
  const groups = await findTargetGroups(aws, counted);
  return services.map(({ ecsName, wanted: { service, infra } }) => ({
    service: ecsName,
    scaling: service.scaling,
    resourceLabel: requestCountLabel(infra.targetGroup, groups.get(infra.targetGroup ?? '')?.loadBalancers[0]),
  }));
}

async function takeStep(step: ScalingStep, { aws, cluster }: ScaleWorld): Promise<void> {
  const scaled = { cluster, service: step.service };
  switch (step.kind) {
    case 'bounds':
      return registerScaling(aws, scaled, step);
    case 'policy':
      return putTrackingPolicy(aws, scaled, step.policy);
    case 'drop-policy':
      return deleteScalingPolicy(aws, scaled, step.name);
    case 'end':
      return deregisterScaling(aws, scaled);
  }
}

function describeStep(step: ScalingStep): string {
  switch (step.kind) {
    case 'bounds':
      return `scales between ${step.min} and ${step.max} tasks`;
    case 'policy':
      return `scaling policy ${step.policy.name} holds ${step.policy.value}`;
    case 'drop-policy':
      return `scaling policy ${step.name} removed`;
    case 'end':
      return 'is not scaled any more';
  }
}
