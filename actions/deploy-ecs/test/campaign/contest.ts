import { deploy, operate, prepareRelease } from '../../../../rehearsal/test/stage/release.ts';
import type { StepRun } from '../../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../../simulator/clock.ts';
import { holdOf } from './release.ts';
import { reason } from './rollback.ts';
import type { Told } from './told.ts';
import { findLies } from './truth.ts';
import { commitOf, nextRun, type World } from './world.ts';

/** A deploy, and in the middle of it another of the same or of another repository, or a rollback. */
export async function playContest(world: World): Promise<void> {
  const { stage, dice, story } = world;
  const [oneId, otherId] = [nextRun(world), nextRun(world)];
  const kind = dice.pick(['rollback', 'newer push', 'other repository'] as const);
  const afterSeconds = dice.upTo(150);
  story.push(`${oneId}: deployed, after ${afterSeconds} s ${otherId}: ${kind}`);
  const one = await prepareRelease(stage, { 'svc-auth': { version: oneId }, web: { version: oneId } });
  const other = await prepareRelease(stage, { 'svc-auth': { version: otherId }, worker: { version: otherId } });
  const before = stage.cloud.ecs.truth();
  const from = stage.calls.length;
  const isOnHold = holdOf(world) !== undefined;

  const first = world.mortal.run(() => deploy(stage, one, {}, wishesOf(oneId)), {});
  await pass(afterSeconds * 1000, stage.cloud.clock);
  const second = world.mortal.run(() => {
    if (kind === 'rollback') return operate(stage, { operation: 'rollback', reason, force: 'true' }, wishesOf(otherId));
    const repository = kind === 'other repository' ? 'example/other' : 'example/smartboard';
    return deploy(stage, other, {}, { ...wishesOf(otherId), job: { repository } });
  }, {});
  const [firstRun, secondRun] = (await Promise.all([first, second])) as [StepRun, StepRun];

  const shared = { attempts: 1, before } as const;
  const told: readonly [Told, Told] = [
    { ...shared, run: firstRun, runId: oneId, images: one.images, expected: 'anything' },
    {
      ...shared,
      run: secondRun,
      runId: otherId,
      images: kind === 'rollback' ? undefined : other.images,
      expected: kind === 'rollback' ? 'good' : 'anything',
    },
  ];
  judgeContest(world, told, { kind, isOnHold });
  const last = winner(told);
  if (last !== undefined) findLies(world, last, stage.calls.slice(from));
  // From now on ours is the other one, whose pushes are refused.
  if (kind === 'other repository' && last?.runId === otherId) world.isForeign = true;
}

const good = (verdict: string | undefined) => ['succeeded', 'unchanged', 'rolled-back'].includes(verdict ?? '');

/** The one whose good end is what stands now: the rollback, or the later of two deploys. */
function winner(told: readonly [Told, Told]): Told | undefined {
  const [first, second] = told;
  const hadNothing = /no good release/i.test(second.run.error?.message ?? '');
  if (second.images === undefined && !hadNothing) return second;
  if (good(second.run.outputs['verdict'])) {
    const ends = told.map(({ run }) => Date.parse(run.report?.finishedAt ?? ''));
    return good(first.run.outputs['verdict']) && (ends[0] ?? 0) > (ends[1] ?? 0) ? first : second;
  }
  return good(first.run.outputs['verdict']) ? first : undefined;
}

/** Two who want different things do not both stay winners, and the loser says so. */
function judgeContest(
  world: World,
  [first, second]: readonly [Told, Told],
  { kind, isOnHold }: { kind: string; isOnHold: boolean },
): void {
  const { lies, isForeign } = world;
  const verdicts = [first, second].map(({ run }) => run.outputs['verdict']);
  const say = (what: string) =>
    lies.push(
      `${kind}: ${what}: ${verdicts.join(' and ')} (${first.run.error?.message ?? ''} / ${second.run.error?.message ?? ''})`,
    );
  for (const { run } of [first, second]) {
    if (run.error !== undefined && run.error.code === undefined) say(`a bug: ${run.error.stack ?? ''}`);
    if (!good(run.outputs['verdict']) && run.error === undefined) say('a loser says nothing');
  }
  if (isForeign) return;
  if (isOnHold && kind !== 'rollback' && verdicts.some(good)) say('someone deployed in spite of the hold');
  if (isOnHold) return;
  if (kind === 'other repository' && verdicts.filter(good).length !== 1) say('there is not exactly one winner');
  if (kind === 'newer push' && !good(verdicts[1])) say('the newer push has lost');
}

function wishesOf(runId: string): { readonly runId: string; readonly commit: string } {
  return { runId, commit: commitOf(runId) };
}
