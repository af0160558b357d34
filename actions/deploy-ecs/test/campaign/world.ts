import { smallManifest } from '../../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../../rehearsal/test/stage/stage.ts';
import { pass, type Timer } from '../../../../simulator/clock.ts';
import type { Dice } from './chance.ts';
import { befall, type Fate } from './fate.ts';
import { type Destiny, type Mortal, mortalRuns } from './mortal.ts';

export const services = ['svc-auth', 'web', 'worker'] as const;

/** One account, and what a history has done to it so far. */
export type World = {
  readonly stage: Stage;
  readonly dice: Dice;
  readonly mortal: Mortal;
  readonly story: string[];
  readonly lies: string[];
  /** Definitions by ECS service as the last release that was said to be good left them. */
  stand: ReadonlyMap<string, string>;
  /** What somebody else did since then. */
  isForeign: boolean;
  runs: number;
  /** What is still to befall the job that is played. */
  readonly pending: Timer[];
};

export async function openWorld(seed: number, dice: Dice): Promise<World> {
  const manifest = dice.happens(0.3) ? scaledManifest : smallManifest;
  const stage = await openStage({ manifest, seed });
  await pass(60_000, stage.cloud.clock);
  stage.cloud.ecs.settings.readLagSeconds = dice.pick([0, 0, 0, 1, 3]);
  stage.cloud.ssm.settings.readLagSeconds = dice.pick([0, 0, 0, 1]);
  stage.cloud.ssm.settings.historyLagSeconds = dice.pick([0, 0, 2]);
  stage.cloud.ecs.settings.deregisteredUsableSeconds = dice.pick([0, 600]);
  return {
    stage,
    dice,
    mortal: mortalRuns(stage),
    story: [
      `reads lag by ${stage.cloud.ecs.settings.readLagSeconds} s in ECS, ${stage.cloud.ssm.settings.readLagSeconds} s in SSM${manifest === smallManifest ? '' : ', web is scaled'}`,
    ],
    lies: [],
    stand: new Map(),
    isForeign: false,
    runs: 0,
    pending: [],
  };
}

const scaledManifest = smallManifest.replace(
  '    ingress: /*\n',
  '    ingress: /*\n    scaling: { min: 1, max: 4, cpu: 60 }\n',
);

/** Ids of runs grow, as GitHub's do. */
export function nextRun(world: World): string {
  world.runs++;
  return String(1000 + world.runs);
}

/** Of a run: each has its own, so that they can be told from each other. */
export function commitOf(runId: string): string {
  return runId.slice(-1).repeat(40);
}

/** The moments at which fate comes to a run. */
export function fatedBy({ stage, mortal, pending }: World, fates: readonly Fate[]): Pick<Destiny, 'atFirstChange'> {
  return {
    atFirstChange() {
      for (const fate of fates) {
        const come = () => void mortal.beside(() => befall(stage, fate));
        pending.push(stage.cloud.clock.after(fate.afterSeconds * 1000, come));
      }
    },
  };
}

/** After a run that says that all is good. */
export function stands(world: World, { outputs }: Pick<StepRun, 'outputs'>): void {
  if (!['succeeded', 'unchanged', 'rolled-back'].includes(outputs['verdict'] ?? '')) return;
  world.stand = new Map(
    world.stage.cloud.ecs.truth().map(({ service, taskDefinition }) => [service, taskDefinition] as const),
  );
  world.isForeign = false;
}
