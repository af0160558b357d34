import { describeServices, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import type { Verdict } from '../../../../lib/core/release.ts';
import type { ReleasePlan, ServicePlan } from '../deploy/plan.ts';
import { describeEnding } from '../watch/progress-words.ts';
import { recheckDeployments, untouchedTarget } from '../watch/recheck.ts';
import { watchDeployments } from '../watch/watch.ts';
import { concludeFailure } from './failure.ts';
import { type Applying, type ApplyWorld, type Progress, type ServiceProgress } from './progress.ts';
import { updatePace } from './registration-pace.ts';
import { startService } from './start.ts';
import { isTrouble } from './trouble.ts';

export type { ApplyWorld, Progress, ServiceProgress } from './progress.ts';

/** Carries the plan out, wave by wave; when one service fails, all go back. Answers with the verdict. */
export async function applyRelease(plan: ReleasePlan, progress: Progress, asked: ApplyWorld): Promise<Verdict> {
  const world: Applying = { ...asked, updates: updatePace(asked.aws.clock), revisions: new Map() };
  for (const one of plan.services) progress.set(one.name, { plan: one });
  for (const [at, wave] of plan.waves.entries()) {
    const moved = at === 0 ? [] : await findMoved(wave, world);
    for (const one of moved) progress.set(one.plan.name, one);
    if (moved.length === 0) await applyWave(wave, progress, world);
    const failed = [...progress.values()].filter(hasFailed);
    if (failed.length > 0) return concludeFailure(failed, progress, world);
  }
  const lost = await findLost(progress, world);
  if (lost.length > 0) return concludeFailure(lost, progress, world);
  return plan.services.every(({ change }) => change === 'unchanged') ? 'unchanged' : 'succeeded';
}

/** What someone else has deployed while earlier waves rolled out is theirs: the release ends there and leaves it alone. */
async function findMoved(wave: readonly ServicePlan[], world: Applying): Promise<readonly ServiceProgress[]> {
  const known = wave.filter(({ change, follows }) => change !== 'unchanged' && follows === undefined);
  const services = await describeServices(
    world.aws,
    world.cluster,
    known.flatMap(({ ecsName, before }) => (before === undefined ? [] : [ecsName])),
  );
  const at = world.aws.clock.now();
  return known.flatMap((plan) => {
    const service = services.get(plan.ecsName);
    const by = service === undefined ? undefined : primaryOf(service)?.id;
    const target = untouchedTarget(plan, at);
    // One that was there before is ECS going back, or a read from the past.
    if (by === undefined || target === undefined || plan.before?.deployments.some(({ id }) => id === by) === true)
      return [];
    world.log.info(`${plan.name}: superseded by ${by} before its turn came`);
    return [{ plan, ended: { target, ending: { kind: 'superseded' as const, by }, at } }];
  });
}

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
