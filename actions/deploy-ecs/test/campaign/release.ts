import {
  deploy,
  type Labels,
  migrate,
  type Prepared,
  prepareRelease,
} from '../../../../rehearsal/test/stage/release.ts';
import type { StepRun } from '../../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../../simulator/clock.ts';
import { freeLock } from '../../../run-migrations/src/post.ts';
import { cleanUp } from '../../src/post/post.ts';
import { drawFate, type Fate } from './fate.ts';
import { drawFailure, drawFault } from './misfortune.ts';
import type { Death, Destiny } from './mortal.ts';
import { findLies } from './truth.ts';
import { commitOf, fatedBy, nextRun, services, stands, type World } from './world.ts';

/** A release, good or bad, whose job is run again when it died, unless nobody cares to. */
export async function playRelease(world: World): Promise<void> {
  const { stage, dice, story } = world;
  const runId = nextRun(world);
  const bad = dice.happens(0.3) ? dice.pick(services) : undefined;
  const labels = drawLabels(world, runId, bad);
  const prepared = await prepareRelease(stage, labels);
  const before = stage.cloud.ecs.truth();
  const from = stage.calls.length;
  const faults = Array.from({ length: dice.upTo(3) - 1 }, () => drawFault(dice));
  const fates = dice.happens(0.35) ? [drawFate(dice, dice.pick(services))] : [];
  const isOnHold = holdOf(world) !== undefined;
  const image = bad === undefined ? 'good' : `bad ${bad} ${JSON.stringify(labels[bad])}`;
  story.push(`${runId}: ${image}, faults ${JSON.stringify(faults)}, fates ${JSON.stringify(fates)}`);
  stage.setFaults(faults);
  const { run, attempts, undos } = await playAttempts(world, { prepared, runId, fates });
  endFate(world);
  const isHostile = fates.some(({ isHarmless }) => !isHarmless);
  if (isHostile) world.isForeign = true;
  if (run === 'killed') {
    // It may have died after it had written down that all is good.
    if (isRecordedGood(world)) stands(world, { outputs: { verdict: 'succeeded' } });
    return;
  }
  const isSpoilt = world.isForeign || isOnHold;
  const expected = isSpoilt ? 'anything' : bad === undefined ? 'good' : 'bad';
  const told = {
    run,
    runId,
    attempts,
    undos,
    before,
    images: prepared.images,
    expected,
    isRestless: fates.length > 0,
  } as const;
  findLies(world, told, stage.calls.slice(from));
  // It may have come after the last look of a run that ended well.
  if (isHostile) world.isForeign = true;
}

export function holdOf({ stage }: World): unknown {
  const head = stage.cloud.ssm.valueOf('/smartboard/prod/release/head');
  return head === undefined ? undefined : (JSON.parse(head) as { hold?: unknown }).hold;
}

function isRecordedGood({ stage: { cloud } }: World): boolean {
  const { release } = JSON.parse(cloud.ssm.valueOf('/smartboard/prod/release/lock') ?? '{}') as { release?: string };
  const parts = [1, 2, 3, 4].map((part) => cloud.ssm.valueOf(`/smartboard/prod/releases/${release}/${part}`) ?? '{}');
  const verdicts = parts.flatMap((part) => (JSON.parse(part) as { verdict?: string }).verdict ?? []);
  return verdicts.at(-1) === 'succeeded';
}

/** Everything that lasts ends with the job that it was meant for. */
export function endFate({ stage, pending }: World): void {
  for (const timer of pending.splice(0)) timer.cancel();
  stage.setFaults([]);
  Object.assign(stage.cloud.ecs.settings, { placementFailures: 0, launchThrottles: 0, startFailures: [] });
}

function drawLabels({ dice }: World, runId: string, bad: string | undefined): Readonly<Record<string, Labels>> {
  const changed = services.filter((name) => name === bad || dice.happens(0.6));
  return Object.fromEntries(
    changed.map((name) => [name, { version: runId, ...(name === bad ? drawFailure(dice) : {}) }]),
  );
}

type Job = { readonly prepared: Prepared; readonly runId: string; readonly fates: readonly Fate[] };

/** The job as often as it takes: after a kill it is mostly run again, as a person would. */
async function playAttempts(
  world: World,
  job: Job,
): Promise<{ run: StepRun | 'killed'; attempts: number; undos: number }> {
  const { stage, dice, story } = world;
  const { prepared, runId } = job;
  let isMigrated = false;
  let undos = 0;
  let state: StepRun['state'] = {};
  let deaths = dice.happens(0.4) ? dice.upTo(2) : 0;
  for (let attempts = 1; ; attempts++) {
    const wishes = { runId, runAttempt: attempts, commit: commitOf(runId) };
    const death: Death | undefined = deaths-- > 0 ? { atCall: dice.upTo(130), arrives: dice.happens(0.5) } : undefined;
    const destiny: Destiny = { death, ...(attempts === 1 ? fatedBy(world, job.fates) : {}) };
    if (death !== undefined)
      story.push(`${runId}: killed at call ${death.atCall}, which ${death.arrives ? 'arrives' : 'is lost'}`);
    let run: StepRun | 'killed' = 'killed';
    if (!isMigrated) {
      const migrated = await world.mortal.run(() => migrate(stage, prepared, {}, wishes), { death });
      if (migrated !== 'killed' && migrated.error !== undefined) return { run: migrated, attempts, undos };
      isMigrated = migrated !== 'killed';
      if (migrated !== 'killed') state = migrated.state;
    }
    if (isMigrated) {
      const before = world.story.length;
      run = await playDeploy(world, { ...job, attempt: attempts }, destiny);
      undos += world.story.slice(before).filter((line) => line.endsWith(', undo')).length;
    }
    if (run !== 'killed') {
      await stage.run('run-migrations', freeLock, {}, { ...wishes, state });
      return { run, attempts, undos };
    }
    await pass(30_000, stage.cloud.clock);
    if (dice.happens(0.25)) {
      story.push(`${runId}: nobody runs it again`);
      return { run, attempts, undos };
    }
  }
}

/** Now and then somebody cancels it; its post step then does what `on-cancel` says, and it counts as killed. */
async function playDeploy(
  { stage, dice, mortal, story }: World,
  { prepared, runId, attempt }: Job & { readonly attempt: number },
  destiny: Destiny,
): Promise<StepRun | 'killed'> {
  const wishes = { runId, runAttempt: attempt, commit: commitOf(runId) };
  if (!dice.happens(0.12)) return mortal.run(() => deploy(stage, prepared, {}, wishes), destiny);
  const cancel = new AbortController();
  const inputs = { 'on-cancel': dice.pick(['leave', 'undo']) };
  const interruption = { atCall: dice.upTo(130), come: () => cancel.abort(new Error('cancelled')) };
  story.push(`${runId}: cancelled at call ${interruption.atCall}, ${inputs['on-cancel']}`);
  const main = await mortal.run(() => deploy(stage, prepared, inputs, { ...wishes, signal: cancel.signal }), {
    ...destiny,
    interruption,
  });
  if (main === 'killed' || !cancel.signal.aborted) return main;
  await mortal.run(() => stage.run('deploy-ecs', cleanUp, inputs, { ...wishes, state: main.state }), {});
  if (main.error?.message !== 'cancelled') return main;
  await pass(120_000, stage.cloud.clock);
  return 'killed';
}
