import type { ObservedService } from '../../../../lib/aws/ecs-services.ts';
import { ActionError, type Finding, Findings } from '../../../../lib/core/errors.ts';
import { ecsServiceName } from '../../../../lib/core/names.ts';
import type { ObservedEnvironment } from './observe.ts';
import { planOthers, type Untouched } from './others.ts';
import { planService, type PlanWishes, type ServicePlan } from './plan-service.ts';
import type { WantedService } from './wanted.ts';

export type { ServicePlan } from './plan-service.ts';

export type ReleasePlan = {
  /** In the manifest's order. */
  readonly services: readonly ServicePlan[];
  /** Services side by side; a wave begins when the one before is good. */
  readonly waves: readonly (readonly ServicePlan[])[];
  /** Services of ours in the cluster that the release leaves alone. */
  readonly untouched: readonly Untouched[];
  /** Of these, the ones to be deleted once the release is good: the manifest no longer has them, and `prune` is asked for. */
  readonly removed: readonly ObservedService[];
};

/** Decides what happens to each service. Throws Findings with all that stands in the way; nothing was written then. */
export function planRelease(
  wanted: readonly WantedService[],
  observed: ObservedEnvironment,
  wishes: PlanWishes,
): ReleasePlan {
  const planned = wanted.map((one) => planOrFind(one, observed, wishes));
  const findings = [
    ...wanted.flatMap((one) => countFinding(one, wishes)),
    ...planned.flatMap((one) => ('finding' in one ? [one.finding] : [])),
  ];
  const [first, ...more] = findings;
  if (first !== undefined) throw new Findings([first, ...more], 'The release cannot begin');
  const services = planned.flatMap((one) => ('plan' in one ? [one.plan] : []));
  const { untouched, removable } = planOthers(observed.others, {
    where: { application: wishes.manifest.application, environment: wishes.manifest.environment.name },
    declared: declaredNames(wishes),
  });
  return { services, waves: inWaves(services), untouched, removed: wishes.prune === true ? removable : [] };
}

function planOrFind(
  wanted: WantedService,
  observed: ObservedEnvironment,
  wishes: PlanWishes,
): { readonly plan: ServicePlan } | { readonly finding: Finding } {
  try {
    return { plan: planService(wanted, observed, wishes) };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    const { code, message, remedy, place = wanted.service.name } = error;
    return { finding: { code, message, remedy, place } };
  }
}

/** A count that the autoscaler would move at once is not what was meant. */
function countFinding({ service: { name, scaling } }: WantedService, { desiredCount }: PlanWishes): readonly Finding[] {
  if (scaling === undefined || desiredCount === undefined) return [];
  if (desiredCount >= scaling.min && desiredCount <= scaling.max) return [];
  return [
    {
      code: 'E_INPUT',
      message: `\`desired-count\` lies outside of the ${scaling.min} to ${scaling.max} tasks of its \`scaling\`.`,
      remedy: 'Change `scaling` in the manifest, or leave the count to it.',
      place: name,
    },
  ];
}

/** Names of the ECS services of all that the manifest has, be it in this release or not. */
function declaredNames({ manifest, contract }: PlanWishes): ReadonlySet<string> {
  return new Set(
    [...manifest.services.keys()].map(
      (name) => contract.services.get(name)?.service ?? ecsServiceName(manifest.application, name),
    ),
  );
}

/** `after` puts a service one wave behind the last of those it waits for, as far as they are part of the release. */
function inWaves(services: readonly ServicePlan[]): readonly (readonly ServicePlan[])[] {
  const byName = new Map(services.map((plan) => [plan.name, plan]));
  const waveOf = (plan: ServicePlan): number =>
    Math.max(0, ...plan.wanted.service.after.flatMap((name) => waveAfter(byName.get(name))));
  const waveAfter = (plan: ServicePlan | undefined): number[] => (plan === undefined ? [] : [waveOf(plan) + 1]);
  const waves: ServicePlan[][] = [];
  for (const plan of services) (waves[waveOf(plan)] ??= []).push(plan);
  return waves;
}
