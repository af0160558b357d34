import type { ObservedService } from '../../../../lib/aws/ecs-services.ts';
import {
  compareDefinitions,
  type DefinitionChange,
  isSameDefinition,
} from '../../../../lib/aws/task-definition-compare.ts';
import type { Contract } from '../../../../lib/core/contract.ts';
import { type Finding, Findings } from '../../../../lib/core/errors.ts';
import type { ReleasedService } from '../../../../lib/core/ledger.ts';
import type { ObservedEnvironment } from './observe.ts';
import type { WantedService } from './wanted.ts';

export type ReleasePlan = {
  /** In the manifest's order. */
  readonly services: readonly ServicePlan[];
  /** Services side by side; a wave begins when the one before is good. */
  readonly waves: readonly (readonly ServicePlan[])[];
};

export type ServicePlan = {
  readonly name: string;
  /** Name of the ECS service. */
  readonly ecsName: string;
  readonly change: 'create' | 'update' | 'restart' | 'unchanged';
  readonly wanted: WantedService;
  readonly changes: readonly DefinitionChange[];
  /** As it was before the release; undefined for one that is created. */
  readonly before: ObservedService | undefined;
  /** The definition to return to when the release fails; undefined: it had no tasks that were worth returning to. */
  readonly goesBackTo: string | undefined;
  /** Digests by which a task may show that it runs the wanted image. */
  readonly digests: readonly string[];
  /** A failed first release left it at no tasks: this one gives it its count. */
  readonly restoreCount: boolean;
};

/** Decides what happens to each service. Throws Findings with all that stands in the way; nothing was written then. */
export function planRelease(
  wanted: readonly WantedService[],
  observed: ObservedEnvironment,
  { contract, forceNewDeployment }: { contract: Contract; forceNewDeployment: boolean },
): ReleasePlan {
  const findings = wanted.flatMap((one) => hindrances(one, observed, contract));
  const [first, ...others] = findings;
  if (first !== undefined) throw new Findings([first, ...others], 'The release cannot begin');
  const services = wanted.map((one) => planService(one, observed, forceNewDeployment));
  return { services, waves: inWaves(services) };
}

function planService(wanted: WantedService, observed: ObservedEnvironment, force: boolean): ServicePlan {
  const { service, infra } = wanted;
  const found = observed.services.get(infra.service);
  const before = found?.status === 'INACTIVE' ? undefined : found;
  const current = before === undefined ? undefined : observed.definitions.get(before.taskDefinition)?.definition;
  const same = current !== undefined && isSameDefinition(current, wanted.definition);
  const restoreCount = before?.desired === 0 && service.desiredCount > 0;
  const settled = before !== undefined && isSettled(before);
  const recorded = recordedOf(observed, service.name)?.taskDefinition;
  return {
    name: service.name,
    ecsName: infra.service,
    change:
      before === undefined ? 'create' : !same ? 'update' : force || restoreCount || !settled ? 'restart' : 'unchanged',
    wanted,
    changes: current === undefined || same ? [] : compareDefinitions(current, wanted.definition),
    before,
    goesBackTo: before === undefined ? undefined : returnOf(before, { same, restoreCount, recorded }),
    digests: observed.images.get(service.name) ?? [wanted.digest],
    restoreCount,
  };
}

function isSettled({ deployments }: ObservedService): boolean {
  return deployments.length === 1 && deployments[0]?.rolloutState === 'COMPLETED';
}

/**
 * Where a service returns to is what it runs, unless an earlier attempt was cut off half-way: it has left the wanted
 * revision, or a rollout that nobody saw the end of. Then it is what the ledger's current release says.
 */
function returnOf(
  before: ObservedService,
  { same, restoreCount, recorded }: { same: boolean; restoreCount: boolean; recorded: string | undefined },
): string | undefined {
  if (restoreCount) return undefined;
  if (recorded !== undefined && (same || !isSettled(before))) return recorded;
  const wasNeverGood = before.deployments.every(({ rolloutState }) => rolloutState !== 'COMPLETED');
  return same && before.deployments.length === 1 && wasNeverGood ? undefined : before.taskDefinition;
}

function hindrances(
  { service, infra, digest }: WantedService,
  observed: ObservedEnvironment,
  contract: Contract,
): Finding[] {
  const place = service.name;
  const findings: Finding[] = [];
  const refuse = (message: string, remedy: string) => findings.push({ code: 'E_STATE', message, remedy, place });
  const before = observed.services.get(infra.service);
  if (!observed.images.has(service.name)) {
    refuse(
      `ECR has no image ${digest.slice(0, 19)}… in ${infra.repository}.`,
      'Run build-push again, and look at the lifecycle rules.',
    );
  }
  const provider = capacityProvider(service);
  if (!contract.cluster.capacityProviders.includes(provider)) {
    refuse(`The cluster does not offer ${provider}.`, 'Add it to the cluster, or set `spot: false`.');
  }
  if (before === undefined || before.status === 'INACTIVE') return findings;
  if (before.status !== 'ACTIVE')
    refuse(`The ECS service is ${before.status}.`, 'Wait until it is gone, then run the job again.');
  if (before.controller !== 'ECS') {
    refuse(
      `The ECS service is deployed by ${before.controller}.`,
      'Slipway deploys services with the ECS controller only.',
    );
  }
  if (before.desired === 0 && service.desiredCount > 0 && recordedOf(observed, service.name) !== undefined) {
    refuse(
      'Someone has set its desired count to 0: a deployment would prove nothing.',
      'Scale it up, or say `desired-count: 0` in the manifest.',
    );
  }
  return findings;
}

/** FARGATE_SPOT for what may be interrupted. */
export function capacityProvider({ spot }: { readonly spot: boolean }): string {
  return spot ? 'FARGATE_SPOT' : 'FARGATE';
}

function recordedOf({ current }: ObservedEnvironment, name: string): ReleasedService | undefined {
  return current !== undefined && Object.hasOwn(current.services, name) ? current.services[name] : undefined;
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
