import { ActionError } from '../../../lib/core/errors.ts';
import { whyNot } from '../../../lib/github/api.ts';
import { commentLimit, keepComment } from '../../../lib/github/sticky-comment.ts';
import type { Step } from '../../../lib/github/step.ts';
import type { CommentInputs } from './inputs.ts';
import { planShape } from './plan.ts';
import { renderFailure, renderPlan } from './render.ts';

/** Writes the plan under the pull request, or that there is none; the comment of an earlier commit is edited. */
export async function comment(inputs: CommentInputs, step: Step): Promise<void> {
  const { environment, manifest, pullRequest, githubToken: token } = inputs;
  const { repository, apiUrl, url } = step.job;
  const marker = `<!-- slipway-plan ${environment} ${encodeURIComponent(manifest)} -->`;
  const { success, data: plan } = planShape.safeParse(inputs.plan);
  const limit = commentLimit - marker.length - 1;
  const text = success ? renderPlan(plan, { url, limit }) : renderFailure(environment, url);
  try {
    const how = await keepComment({ token, repository, apiUrl, pullRequest, marker, text });
    step.log.info(`The comment on pull request ${pullRequest} was ${how === 'unchanged' ? 'left as it is' : how}`);
  } catch (error) {
    throw new ActionError('E_REMOTE', `GitHub did not take the comment: ${whyNot(error)}.`, {
      remedy: 'Give the job `permissions: pull-requests: write`; the plan is in the summary of the run.',
      place: 'github-token',
    });
  }
}
