import {
  deploy,
  type Labels,
  migrate,
  operate,
  type Prepared,
  prepareRelease,
} from '../../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../../simulator/clock.ts';
import { type Dice, diceOf } from './chance.ts';
import { drawFailure, drawFault } from './misfortune.ts';
import { type Death, type Mortal, mortalRuns } from './mortal.ts';
import { findLies, type Told } from './truth.ts';

/** What one seed has shown: sentences about what was not as it should be, and how it came there. */
export type Findings = { readonly lies: readonly string[]; readonly story: readonly string[] };

const services = ['svc-auth', 'web', 'worker'] as const;

type World = { readonly stage: Stage; readonly dice: Dice; readonly mortal: Mortal; readonly story: string[] };

/** A first release and a few more, good and bad, under faults and kills, and a rollback; judged after each. */
export async function playHistory(seed: number): Promise<Findings> {
  const dice = diceOf(seed);
  const stage = await openStage({ manifest: smallManifest, seed });
  stage.cloud.ecs.settings.readLagSeconds = dice.pick([0, 0, 1, 3]);
  const world: World = { stage, dice, mortal: mortalRuns(stage), story: [] };
  const lies: string[] = [];
  try {
    const jobs = 1 + dice.upTo(2);
    for (let job = 1; job <= jobs; job++) lies.push(...(await playRelease(world, String(1000 + job))));
    lies.push(...(await playRollback(world)));
    return { lies, story: world.story };
  } finally {
    await stage.close();
  }
}

async function playRelease(world: World, runId: string): Promise<readonly string[]> {
  const { stage, dice, story } = world;
  const bad = dice.happens(0.35) ? dice.pick(services) : undefined;
  const labels = Object.fromEntries(
    services
      .filter((name) => name === bad || dice.happens(0.6))
      .map((name) => [name, labelsOf(name, { bad, runId, dice })]),
  );
  const prepared = await prepareRelease(stage, labels);
  const before = stage.cloud.ecs.truth();
  const from = stage.calls.length;
  const faults = Array.from({ length: dice.upTo(3) - 1 }, () => drawFault(dice));
  story.push(
    `${runId}: ${bad === undefined ? 'good' : `bad ${bad} ${JSON.stringify(labels[bad])}`}, faults ${JSON.stringify(faults)}`,
  );
  stage.setFaults(faults);
  const { run, attempts } = await playJob(world, prepared, runId);
  stage.setFaults([]);
  const told: Told = { run, attempts, before, images: prepared.images, isBad: bad !== undefined };
  return findLies(stage, told, stage.calls.slice(from)).map((lie) => `${runId}: ${lie}`);
}

function labelsOf(name: string, { bad, runId, dice }: { bad: string | undefined; runId: string; dice: Dice }): Labels {
  return { version: runId, ...(name === bad ? drawFailure(dice) : {}) };
}

/** The job as often as it takes: after a kill it is run again, as a person would. */
async function playJob({ stage, dice, mortal, story }: World, prepared: Prepared, runId: string) {
  let isMigrated = false;
  let deaths = dice.happens(0.4) ? dice.upTo(2) : 0;
  for (let attempts = 1; ; attempts++) {
    const wishes = { runId, runAttempt: attempts, commit: runId.slice(-1).repeat(40) };
    const death: Death | undefined = deaths-- > 0 ? { atCall: dice.upTo(60), arrives: dice.happens(0.5) } : undefined;
    if (death !== undefined)
      story.push(`${runId}: killed at call ${death.atCall}, which ${death.arrives ? 'arrives' : 'is lost'}`);
    if (!isMigrated) {
      const migrated = await mortal(() => migrate(stage, prepared, {}, wishes), death);
      if (migrated === 'killed') {
        await pass(30_000, stage.cloud.clock);
        continue;
      }
      if (migrated.error !== undefined) return { run: migrated, attempts };
      isMigrated = true;
    }
    const run = await mortal(() => deploy(stage, prepared, {}, wishes), death);
    if (run !== 'killed') return { run, attempts };
    await pass(30_000, stage.cloud.clock);
  }
}

/** Back to the release before, where there is one; the rollback may be killed and run again too. */
async function playRollback({ stage, dice, mortal, story }: World): Promise<readonly string[]> {
  const before = stage.cloud.ecs.truth();
  const from = stage.calls.length;
  const death: Death | undefined = dice.happens(0.5)
    ? { atCall: dice.upTo(60), arrives: dice.happens(0.5) }
    : undefined;
  story.push(`rollback, ${death === undefined ? 'undisturbed' : `killed at call ${death.atCall}`}`);
  const rollBack = (runAttempt: number) => () =>
    operate(stage, { operation: 'rollback', reason: 'the page is blank' }, { runId: '2000', runAttempt });
  let run = await mortal(rollBack(1), death);
  for (let attempts = 2; run === 'killed'; attempts++) {
    await pass(30_000, stage.cloud.clock);
    run = await mortal(rollBack(attempts), undefined);
  }
  const told: Told = { run, attempts: death === undefined ? 1 : 2, before, images: undefined, isBad: false };
  return findLies(stage, told, stage.calls.slice(from)).map((lie) => `rollback: ${lie}`);
}
