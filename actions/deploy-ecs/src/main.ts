import type { Step } from '../../../lib/github/step.ts';
import { openEnvironment } from '../../../lib/world/open-environment.ts';
import { openWorld } from '../../../lib/world/open-world.ts';
import { type Surroundings, realSurroundings } from '../../../lib/world/surroundings.ts';
import { deploy } from './deploy/deploy.ts';
import { readDeployEcsInputs } from './inputs.ts';
import { preview } from './preview/preview.ts';
import { resume } from './resume/resume.ts';
import { rollBack } from './rollback/rollback.ts';
import { showStatus } from './status/status.ts';

/** One action, five stories. Only a deploy and its preview need the manifest: the others are for an environment that stands. */
export async function deployEcs(step: Step, surroundings: Surroundings = realSurroundings): Promise<void> {
  const inputs = readDeployEcsInputs(step.inputs);
  switch (inputs.kind) {
    case 'deploy':
      return deploy(inputs, step, await openWorld(step, inputs.common, surroundings));
    case 'preview':
      return preview(inputs, step, await openWorld(step, inputs.common, surroundings));
    case 'rollback':
      return rollBack(inputs, step, await openEnvironment(step, inputs, surroundings));
    case 'resume':
      return resume(inputs, step, await openEnvironment(step, inputs, surroundings));
    case 'status':
      return showStatus(inputs, step, await openEnvironment(step, inputs, surroundings));
  }
}
