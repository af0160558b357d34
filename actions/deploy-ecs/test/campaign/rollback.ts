import { operate } from '../../../../rehearsal/test/stage/release.ts';
import { pass } from '../../../../simulator/clock.ts';
import type { Death } from './mortal.ts';
import { endFate } from './release.ts';
import { drawFault } from './misfortune.ts';
import { findLies } from './truth.ts';
import { nextRun, type World } from './world.ts';

export const reason = 'the page is blank';

/** Back to the release before, where there is one; the rollback may be killed and run again too. */
export async function playRollback(world: World): Promise<void> {
  const { stage, dice, mortal, story } = world;
  const runId = nextRun(world);
  const before = stage.cloud.ecs.truth();
  const from = stage.calls.length;
  const death: Death | undefined = dice.happens(0.5)
    ? { atCall: dice.upTo(90), arrives: dice.happens(0.5) }
    : undefined;
  const faults = dice.happens(0.4) ? [drawFault(dice)] : [];
  story.push(
    `${runId}: rollback, faults ${JSON.stringify(faults)}, ${death === undefined ? 'undisturbed' : `killed at call ${death.atCall}, which ${death.arrives ? 'arrives' : 'is lost'}`}`,
  );
  stage.setFaults(faults);
  const rollBack = (runAttempt: number) => () =>
    operate(stage, { operation: 'rollback', reason, force: 'true' }, { runId, runAttempt });
  let attempts = 1;
  let run = await mortal.run(rollBack(attempts), { death });
  while (run === 'killed') {
    await pass(30_000, stage.cloud.clock);
    run = await mortal.run(rollBack(++attempts), {});
  }
  endFate(world);
  const told = { run, runId, attempts, before, images: undefined, expected: 'good' } as const;
  findLies(world, told, stage.calls.slice(from));
  if (dice.happens(0.5)) {
    story.push(`${runId}: resumed`);
    await operate(stage, { operation: 'resume', reason: 'mended' }, { runId: nextRun(world) });
  }
}
