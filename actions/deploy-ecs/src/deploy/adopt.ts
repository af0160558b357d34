import { primaryOf } from '../../../../lib/aws/ecs-services.ts';
import type { ReleaseRecord, RunName } from '../../../../lib/core/ledger.ts';
import { isSameRun } from '../../../../lib/core/lock.ts';
import type { ReleasePlan, ServicePlan } from './plan.ts';
import type { WantedService } from './wanted.ts';

/**
 * A run may be killed at any point and run again, and a release is still deployed once: what the earlier attempt has
 * begun is followed to its end, and what a failure goes back to is what was there before it.
 */

/**
 * The release that was begun last, if it is this very one: of an earlier attempt of the same run, or named by the same
 * id. Also one that had ended well: the attempt may have died before it could say so.
 */
export function adoptable(
  last: ReleaseRecord | undefined,
  { run, release, wanted }: { run: RunName; release: string | undefined; wanted: readonly WantedService[] },
): ReleaseRecord | undefined {
  if (last === undefined || last.operation !== 'deploy' || last.cancelled === 'going-back') return undefined;
  if (!isSameRun(last.run, run) && last.id !== release) return undefined;
  if (!isOfTheSame(last, wanted)) return undefined;
  if (last.verdict === undefined) return last;
  const hasEndedWell = last.verdict === 'succeeded' || last.verdict === 'unchanged';
  const isRepeated = isSameRun(last.run, run) && last.run.attempt < run.attempt;
  return hasEndedWell && isRepeated && hasImagesOf(last, wanted) ? last : undefined;
}

function isOfTheSame({ before }: ReleaseRecord, wanted: readonly WantedService[]): boolean {
  const names = Object.keys(before);
  return names.length === wanted.length && wanted.every(({ service }) => Object.hasOwn(before, service.name));
}

function hasImagesOf({ services }: ReleaseRecord, wanted: readonly WantedService[]): boolean {
  return wanted.every(({ service, digest }) => services[service.name]?.digest === digest);
}

/**
 * The plan, where the release before it was cut off: each service that it had touched goes back to what was there
 * before it, and in the same release is not deployed a second time.
 */
export function continuePlan(
  plan: ReleasePlan,
  last: ReleaseRecord | undefined,
  adopted: ReleaseRecord | undefined,
): ReleasePlan {
  const cutOff = adopted ?? (last !== undefined && isCutOff(last) ? last : undefined);
  if (cutOff === undefined) return plan;
  const services = plan.services.map((one) => continueService(one, cutOff, adopted !== undefined));
  const byName = new Map(services.map((one) => [one.name, one]));
  return { ...plan, services, waves: plan.waves.map((wave) => wave.map((one) => byName.get(one.name) ?? one)) };
}

/** Nobody saw its end, so what it left is nothing to return to. */
function isCutOff({ verdict }: ReleaseRecord): boolean {
  return verdict === undefined || verdict === 'timed-out';
}

function continueService(plan: ServicePlan, { before, operation }: ReleaseRecord, isSame: boolean): ServicePlan {
  const recorded = Object.hasOwn(before, plan.name) ? before[plan.name] : undefined;
  if (recorded === undefined || plan.before === undefined) return plan;
  const primary = primaryOf(plan.before);
  const isTouched = primary?.id !== recorded?.deploymentId;
  // What a rollback wanted to leave is not gone back to, whether it had begun with the service or not.
  const isWhereItBelongs = recorded === null || recorded?.goesBackTo === recorded?.taskDefinition;
  if (!isTouched && operation === 'deploy' && isWhereItBelongs) return plan;
  const goesBackTo = recorded?.goesBackTo;
  const isBegun = plan.registered !== undefined && plan.count === undefined && plan.settings.length === 0;
  if (!isSame || !isTouched || !isBegun || primary === undefined || primary.rolloutState === 'FAILED')
    return { ...plan, goesBackTo, isLeftBehind: true };
  return { ...plan, goesBackTo, isLeftBehind: true, follows: primary.id, change: changeSince(recorded, plan.before) };
}

function changeSince(
  recorded: ReleaseRecord['before'][string] | undefined,
  { taskDefinition }: { readonly taskDefinition: string },
): ServicePlan['change'] {
  if (recorded === null || recorded === undefined) return 'create';
  return recorded.taskDefinition === taskDefinition ? 'restart' : 'update';
}
