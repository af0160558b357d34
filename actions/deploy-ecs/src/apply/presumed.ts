import { describeServices, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import type { ServicePlan } from '../deploy/plan-service.ts';
import type { Target } from '../watch/target.ts';
import { type StartWorld, targetOf } from './start.ts';

/**
 * Services whose start was given up may have been started all the same: the last answer was lost, and looking for its
 * effect failed too. Such a one is recognised by a deployment that was not there before, of the revision that was sent.
 */
export async function findPresumed(
  plans: readonly ServicePlan[],
  { aws, contract, revisions }: StartWorld,
): Promise<ReadonlyMap<string, Target>> {
  const names = plans.map(({ ecsName }) => ecsName);
  const services = await describeServices(aws, contract.cluster.name, names);
  return new Map(
    plans.flatMap((plan): [string, Target][] => {
      const service = services.get(plan.ecsName);
      const sent = revisions.get(plan.ecsName)?.arn;
      const primary = service?.status === 'ACTIVE' ? primaryOf(service) : undefined;
      const isKnown = plan.before?.deployments.some(({ id }) => id === primary?.id) === true;
      if (service === undefined || sent === undefined || primary?.taskDefinition !== sent || isKnown) return [];
      const found = { deploymentId: primary.id, taskDefinition: sent, startedAt: aws.clock.now() };
      return [[plan.name, targetOf(plan, { service, ...found })]];
    }),
  );
}
