import type { Aws } from '../../../lib/aws/session.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import type { Step } from '../../../lib/github/step.ts';
import type { Surroundings } from '../../../lib/world/surroundings.ts';
import type { BuildPushInputs } from './inputs.ts';
import type { Origin } from './origin.ts';
import type { BuildPlan } from './plan.ts';

/** What the parts of the story share. */
export type BuildPush = {
  readonly step: Step;
  readonly surroundings: Surroundings;
  readonly inputs: BuildPushInputs;
  readonly manifest: SelectedManifest;
  readonly aws: Aws;
  readonly origin: Origin;
  readonly plan: BuildPlan;
  /** `elapsed()` when the step began. */
  readonly startedAt: number;
};
