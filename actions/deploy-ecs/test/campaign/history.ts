import { deploy, prepareRelease } from '../../../../rehearsal/test/stage/release.ts';
import { pass } from '../../../../simulator/clock.ts';
import { diceOf } from './chance.ts';
import { playContest } from './contest.ts';
import { endFate, playRelease } from './release.ts';
import { playRollback } from './rollback.ts';
import { findLies } from './truth.ts';
import { commitOf, nextRun, openWorld, services, type World } from './world.ts';

/** What one seed has shown: sentences about what was not as it should be, and how it came there. */
export type Findings = { readonly lies: readonly string[]; readonly story: readonly string[] };

/** A first release, then a few jobs of all kinds under faults, fates and kills; in the end a person mends everything. */
export async function playHistory(seed: number): Promise<Findings> {
  const dice = diceOf(seed);
  const world = await openWorld(seed, dice);
  try {
    await playRelease(world);
    const jobs = dice.upTo(3);
    for (let job = 1; job <= jobs; job++) await playJob(world);
    await mend(world);
    return world;
  } finally {
    await world.stage.close();
  }
}

function playJob(world: World): Promise<void> {
  const drawn = world.dice.next();
  if (drawn < 0.55) return playRelease(world);
  if (drawn < 0.75) return playRollback(world);
  return playContest(world);
}

/** Whatever has happened: once all faults have stopped, one good release by hand brings everything to it. */
async function mend(world: World): Promise<void> {
  const { stage, story } = world;
  endFate(world);
  await pass(600_000, stage.cloud.clock);
  const runId = nextRun(world);
  story.push(`${runId}: by hand, undisturbed`);
  const prepared = await prepareRelease(stage, { web: { version: runId } });
  const before = stage.cloud.ecs.truth();
  const from = stage.calls.length;
  const inputs = { reason: 'mended', force: 'true', services: services.join(','), 'desired-count': '1' };
  const run = await deploy(stage, prepared, inputs, {
    runId,
    commit: commitOf(runId),
    job: { event: 'workflow_dispatch' },
  });
  const told = { run, runId, attempts: 1, before, images: prepared.images, expected: 'good' } as const;
  findLies(world, told, stage.calls.slice(from));
}
