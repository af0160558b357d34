import { deploy, prepareRelease } from '../rehearsal/test/stage/release.ts';
import { openStage } from '../rehearsal/test/stage/stage.ts';
import { seededRandom } from '../simulator/random.ts';
import { fleetManifest, serviceName } from './fleet.ts';

/** One rollout: how long ECS took, and how long after ECS's end the action had ended, in seconds. */
export type Detection = { readonly rolloutSeconds: number; readonly lateSeconds: number };

/** Rollouts of 20 to 300 s of one service, by the whole action, on the virtual clock. */
export async function measureDetection(rollouts: number, seed = 1): Promise<readonly Detection[]> {
  const stage = await openStage({ manifest: fleetManifest(1), seed });
  try {
    const random = seededRandom(seed, 'bench');
    const { settings } = stage.cloud.ecs;
    const prepared = await prepareRelease(stage);
    await deploy(stage, prepared);
    const found: Detection[] = [];
    for (let at = 0; at < rollouts; at++) {
      const seconds = 20 + (280 * at) / Math.max(1, rollouts - 1);
      // Of the time that varies, some goes into starting new tasks, the rest into taking the old ones away.
      const starting = Math.max(0, seconds - 20) * (0.3 + 0.6 * random.next());
      settings.pull = [1 + starting, 2 + starting];
      const ending = Math.max(0, seconds - 20 - starting);
      settings.deprovisioning = [6 + ending, 8 + ending];
      const startedAt = stage.cloud.clock.now();
      const run = await deploy(stage, prepared, {}, { runId: String(2000 + at) });
      if (run.error !== undefined) throw run.error;
      const completedAt = await stage.byHand.completedAt(serviceName(0));
      found.push({
        rolloutSeconds: (completedAt - startedAt) / 1000,
        lateSeconds: (stage.cloud.clock.now() - completedAt) / 1000,
      });
    }
    return found;
  } finally {
    await stage.close();
  }
}
