import type { Step } from '../../../lib/github/step.ts';
import { collect } from './collect.ts';
import { comment } from './comment.ts';
import { readPlanCommentInputs } from './inputs.ts';

/**
 * Two steps, each in a job of its own: `collect` puts together what earlier steps have found, beside the account's
 * credentials; `comment` writes it under the pull request, and can do nothing else.
 */
export async function planComment(step: Step): Promise<void> {
  const inputs = readPlanCommentInputs(step.inputs);
  return inputs.command === 'collect' ? collect(inputs, step) : comment(inputs, step);
}
