import type { Verdict } from '../../../../lib/core/release.ts';
import type { ReleasePlan, ServicePlan } from '../deploy/plan.ts';
import { explainFailure } from '../explain/explain.ts';
import { describeEnding } from '../watch/progress-words.ts';
import { recheckDeployments, untouchedTarget } from '../watch/recheck.ts';
import type { Ended, Target } from '../watch/target.ts';
import { watchDeployments, type WatchWorld } from '../watch/watch.ts';
import { forgetRevisions } from './forget-revisions.ts';
import { paceOf } from './registration-pace.ts';
import { type StartWorld, startService } from './start.ts';
import { isTrouble } from './trouble.ts';
import { type Undone, undoServices } from './undo.ts';

export type ApplyWorld = Omit<StartWorld, 'made' | 'updates'> &
  WatchWorld & { readonly onFailure: 'undo' | 'keep'; readonly undoForMs: number };

/** What has happened to each service. Filled in as it happens, so that a cancelled run can tell how far it came. */
export type Progress = Map<string, ServiceProgress>;

export type ServiceProgress = {
  readonly plan: ServicePlan;
  readonly target?: Target;
  readonly ended?: Ended;
  /** Why it could not even be started. */
  readonly refusal?: string;
  readonly undone?: Undone;
  readonly explanation?: readonly string[];
};

/** Carries the plan out, wave by wave; when one service fails, all go back. Answers with the verdict. */
export async function applyRelease(plan: ReleasePlan, progress: Progress, asked: ApplyWorld): Promise<Verdict> {
  // ECS takes 50 changes of services at once and five a second after that, for the whole account.
  const updates = paceOf(asked.aws.clock, { burst: 40, everyMs: 250 });
  const world: Applying = { ...asked, updates, made: new Map() };
  for (const one of plan.services) progress.set(one.name, { plan: one });
  for (const wave of plan.waves) {
    await applyWave(wave, progress, world);
    const failed = [...progress.values()].filter(hasFailed);
    if (failed.length > 0) return concludeFailure(failed, progress, world);
  }
  const lost = await findLost(progress, world);
  if (lost.length > 0) return concludeFailure(lost, progress, world);
  const { finishRelease } = await import('./finish.ts');
  await finishRelease(plan, targetsOf(progress), world);
  return plan.services.every(({ change }) => change === 'unchanged') ? 'unchanged' : 'succeeded';
}

type Applying = StartWorld & Omit<ApplyWorld, 'made'>;

async function applyWave(wave: readonly ServicePlan[], progress: Progress, world: Applying): Promise<void> {
  await Promise.all(
    wave
      .filter(({ change }) => change !== 'unchanged')
      .map(async (plan) => {
        try {
          progress.set(plan.name, { plan, target: await startService(plan, world) });
        } catch (error) {
          if (!isTrouble(error, world.signal)) throw error;
          world.log.info(`${plan.name}: ${error.message}`);
          progress.set(plan.name, { plan, refusal: `${error.message} ${error.remedy}` });
        }
      }),
  );
  // A service that could not be started fails the release: what else was started goes back without being waited for.
  if (wave.some(({ name }) => progress.get(name)?.refusal !== undefined)) return;
  const targets = wave.flatMap(({ name }) => progress.get(name)?.target ?? []);
  for (const ended of await watchDeployments(targets, { ...world, stopAtFailure: world.onFailure === 'undo' })) {
    const { plan } = progress.get(ended.target.name) ?? {};
    if (plan !== undefined) progress.set(plan.name, { plan, target: ended.target, ended });
  }
}

function hasFailed({ refusal, ended }: ServiceProgress): boolean {
  return refusal !== undefined || (ended !== undefined && ended.ending.kind !== 'completed');
}

function targetsOf(progress: Progress): readonly Target[] {
  return [...progress.values()].flatMap(({ target }) => target ?? []);
}

/** After the last wave is good: those that have been lost meanwhile, be they of this release or left alone by it. */
async function findLost(progress: Progress, world: Applying): Promise<readonly ServiceProgress[]> {
  const now = world.aws.clock.now();
  const targets = [...progress.values()].flatMap(({ plan, target }) => target ?? untouchedTarget(plan, now) ?? []);
  return (await recheckDeployments(targets, world)).flatMap((ended) => {
    const one = progress.get(ended.target.name);
    if (one === undefined) return [];
    world.log.info(`${one.plan.name}: ${describeEnding(ended.ending)}`);
    const lost = { ...one, ended };
    progress.set(one.plan.name, lost);
    return [lost];
  });
}

async function concludeFailure(
  failed: readonly ServiceProgress[],
  progress: Progress,
  world: Applying,
): Promise<Verdict> {
  await explainAll(failed, progress, world);
  const kinds = new Set(failed.map(({ ended }) => ended?.ending.kind));
  if (kinds.has('superseded')) return 'superseded';
  if (kinds.has('timed-out')) return 'timed-out';
  if (targetsOf(progress).length === 0) return refuse(progress, world);
  if (world.onFailure === 'keep') return 'mixed';
  return undoAll(progress, world);
}

/** Nothing was changed in ECS; what was registered for it is not needed. */
async function refuse(progress: Progress, world: Applying): Promise<Verdict> {
  await forgetRevisions(world.made, keptRevisions(progress), world);
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
          : await explainFailure(aws, { ended, cluster, logGroup: plan.wanted.infra.logGroup });
      for (const line of explanation) world.log.info(`${plan.name}: ${line}`);
      progress.set(plan.name, { ...one, explanation });
    }),
  );
}

async function undoAll(progress: Progress, world: Applying): Promise<Verdict> {
  const touched = [...progress.values()].flatMap(({ plan, target, ended }) =>
    target === undefined ? [] : [{ plan, target, ended }],
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
  await forgetRevisions(world.made, keptRevisions(progress), world);
  return 'undone';
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
