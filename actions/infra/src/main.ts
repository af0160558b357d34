import type { Step } from '../../../lib/github/step.ts';
import { type Surroundings, realSurroundings } from '../../../lib/world/surroundings.ts';
import { type Start, apply, startNode } from './apply.ts';
import { readInfraInputs } from './inputs.ts';
import { look } from './look.ts';

/**
 * Two steps of one action: `look` says, before anything is installed, whether there is anything to do; `apply` has the app
 * do it. Between them the action installs the app.
 */
export async function infra(
  step: Step,
  surroundings: Surroundings = realSurroundings,
  start: Start = startNode,
): Promise<void> {
  const inputs = readInfraInputs(step.inputs);
  return inputs.command === 'look' ? look(inputs, step, surroundings) : apply(inputs, step, surroundings, start);
}
