import type { Aws } from '../aws/session.ts';
import type { SelectedManifest } from '../core/manifest/select.ts';
import type { Clock } from '../core/world.ts';
import type { CommonInputs } from '../github/common-inputs.ts';
import type { Step } from '../github/step.ts';
import { openSession } from './open-session.ts';
import { readManifest } from './read-manifest.ts';
import { type Surroundings, isRehearsal, realSurroundings } from './surroundings.ts';

/** What an action works with: what is wanted, and where. */
export type World = {
  readonly manifest: SelectedManifest;
  readonly aws: Aws;
  readonly clock: Clock;
  /** AWS is a stand-in on this machine (AWS_ENDPOINT_URL is a loopback address). */
  readonly rehearsal: boolean;
};

/** Opens an action's world: the manifest is parsed, region and role are held against it, and the account is checked. */
export async function openWorld(
  step: Step,
  common: CommonInputs,
  surroundings: Surroundings = realSurroundings,
): Promise<World> {
  const manifest = await readManifest(step, common);
  const aws = await openSession(step, common, manifest.environment, surroundings);
  return { manifest, aws, clock: surroundings.clock, rehearsal: isRehearsal(surroundings) };
}
