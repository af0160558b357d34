import type { Verdict } from '../../../../lib/core/release.ts';
import type { ServicePlan } from '../deploy/plan-service.ts';
import { explainFailure } from '../explain/explain.ts';
import { type Doomed, forgetRevisions } from './forget-revisions.ts';
import { findPresumed } from './presumed.ts';
import { type Applying, type Progress, type ServiceProgress, targetsOf } from './progress.ts';
import { untouchedTarget } from '../watch/recheck.ts';
import { type Touched, undoServices } from './undo.ts';

/** Some services have failed: explains them, and takes back all that the release has touched. */
export async function concludeFailure(
  failed: readonly ServiceProgress[],
  progress: Progress,
  world: Applying,
): Promise<Verdict> {
  await explainAll(failed, progress, world);
  const kinds = new Set(failed.map(({ ended }) => ended?.ending.kind));
  if (kinds.has('superseded')) return 'superseded';
  if (kinds.has('timed-out')) return 'timed-out';
  await presumeStarted(failed, progress, world);
  if (targetsOf(progress).length === 0) return refuse(progress, world);
  if (world.onFailure === 'keep') return 'mixed';
  return undoAll(progress, world);
}

/** What could not be started is looked at once more before anything is said of it. */
async function presumeStarted(failed: readonly ServiceProgress[], progress: Progress, world: Applying): Promise<void> {
  const refused = failed.filter(({ refusal }) => refusal !== undefined).map(({ plan }) => plan);
  for (const [name, target] of await findPresumed(refused, world)) {
    const one = progress.get(name);
    if (one !== undefined) progress.set(name, { ...one, target });
  }
}

/** Nothing was changed in ECS; what was registered for it is not needed. */
async function refuse(progress: Progress, world: Applying): Promise<Verdict> {
  await forgetRevisions(newRevisions(world), keptRevisions(progress), world);
  return 'refused';
}

async function explainAll(failed: readonly ServiceProgress[], progress: Progress, world: Applying): Promise<void> {
  await Promise.all(
    failed.map(async (one) => {
      const { plan, ended, refusal } = one;
      const { cluster, aws } = world;
      const explanation =
        ended === undefined
          ? [refusal ?? 'not started']
          : await explainFailure(aws, { ended, cluster, logGroup: logGroupOf(plan) });
      for (const line of explanation) world.log.info(`${plan.name}: ${line}`);
      progress.set(plan.name, { ...one, explanation });
    }),
  );
}

/** A foreign definition may write elsewhere than infra says. */
function logGroupOf({ container, wanted: { infra, definition } }: ServicePlan): string {
  const own = definition.containerDefinitions?.find(({ name }) => name === container);
  return own?.logConfiguration?.options?.['awslogs-group'] ?? infra.logGroup;
}

async function undoAll(progress: Progress, world: Applying): Promise<Verdict> {
  const touched = [...progress.values()].flatMap(({ plan, target, ended }): readonly Touched[] =>
    target === undefined ? leftBehind(plan, world) : [{ plan, target, ended }],
  );
  world.log.info(`Taking ${touched.map(({ plan }) => plan.name).join(', ')} back to the previous release`);
  const deadline = world.aws.clock.elapsed() + world.undoForMs;
  const undone = await undoServices(touched, { ...world, deadline });
  for (const one of undone) {
    const before = progress.get(one.plan.name);
    if (before !== undefined) progress.set(one.plan.name, { ...before, undone: one });
    if (!one.isBack) world.log.warn(`${one.plan.name} did not go back: ${one.why ?? 'unknown'}`);
  }
  if (!undone.every(({ isBack }) => isBack)) return 'mixed';
  await forgetRevisions(newRevisions(world), keptRevisions(progress), world);
  return 'undone';
}

/**
 * A service that this release has not come to, but a dead one before it has, still runs what that one brought: left
 * there it would be a mixture of two releases.
 */
function leftBehind(plan: ServicePlan, { aws }: Applying): readonly Touched[] {
  if (plan.before === undefined || plan.before.taskDefinition === plan.goesBackTo) return [];
  const target = plan.isLeftBehind === true ? untouchedTarget(plan, aws.clock.now()) : undefined;
  return target === undefined ? [] : [{ plan, target, ended: undefined }];
}

function newRevisions({ revisions }: Applying): readonly Doomed[] {
  return [...revisions].flatMap(([service, { arn, isNew }]) => (isNew ? [{ service, arn }] : []));
}

/** What a service was on, or goes back to. */
function keptRevisions(progress: Progress): ReadonlySet<string> {
  return new Set(
    [...progress.values()].flatMap(({ plan: { before, goesBackTo } }) => [
      ...(before === undefined ? [] : [before.taskDefinition]),
      ...(goesBackTo === undefined ? [] : [goesBackTo]),
    ]),
  );
}
