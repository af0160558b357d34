import type { Step } from '../../../lib/github/step.ts';
import { openWorld } from '../../../lib/world/open-world.ts';
import { type Surroundings, realSurroundings } from '../../../lib/world/surroundings.ts';
import { deploy } from './deploy/deploy.ts';
import { malformed } from '../../../lib/github/inputs.ts';
import { readDeployEcsInputs } from './inputs.ts';
import { rollBack } from './rollback/rollback.ts';
import { showStatus } from './status/status.ts';

/** One action, four operations; each of them is a story of its own. */
export async function deployEcs(step: Step, surroundings: Surroundings = realSurroundings): Promise<void> {
  const inputs = readDeployEcsInputs(step.inputs);
  const world = await openWorld(step, inputs.common, surroundings);
  switch (inputs.kind) {
    case 'deploy':
      return deploy(inputs, step, world);
    case 'rollback':
      return rollBack(inputs, step, world);
    case 'resume':
      throw malformed('operation', 'cannot be resume yet');
    case 'status':
      return showStatus(step, world);
  }
}
