import { type CommonInputs, readCommonInputs } from '../../../lib/github/common-inputs.ts';
import { type Inputs, malformed } from '../../../lib/github/inputs.ts';

export type PlanCommentInputs = CollectInputs | CommentInputs;

export type CollectInputs = Pick<CommonInputs, 'manifest' | 'environment' | 'region'> & {
  readonly command: 'collect';
  /** Output `plan` of build-push; undefined when it made none. */
  readonly images: unknown;
  /** Path of deploy-ecs' report. */
  readonly services: string | undefined;
  /** Output `changed` of infra; `none` where it is not asked; undefined when it did not come that far. */
  readonly infraChanged: 'true' | 'false' | 'none' | undefined;
  /** Path of infra's report. */
  readonly infra: string | undefined;
  /** The commit that the pull request brings, and the one that it goes to; 40 hex digits. */
  readonly head: string;
  readonly base: string;
  readonly githubToken: string;
};

export type CommentInputs = Pick<CommonInputs, 'manifest' | 'environment'> & {
  readonly command: 'comment';
  /** What `collect` has handed on; undefined when it did not come that far. */
  readonly plan: unknown;
  readonly pullRequest: number;
  readonly githubToken: string;
};

export function readPlanCommentInputs(inputs: Inputs): PlanCommentInputs {
  const { manifest, environment, region } = readCommonInputs(inputs);
  const command = inputs.text('command');
  const githubToken = inputs.text('github-token');
  if (command === 'comment') {
    const pullRequest = inputs.integer('pull-request', { min: 1, max: 999_999_999 });
    return { command, manifest, environment, githubToken, plan: inputs.json('plan'), pullRequest };
  }
  if (command !== 'collect') throw malformed('command', 'must be collect or comment');
  return {
    command,
    manifest,
    environment,
    region,
    githubToken,
    images: inputs.json('images'),
    services: inputs.optional('services'),
    infraChanged: readInfraChanged(inputs),
    infra: inputs.optional('infra'),
    head: readCommit(inputs, 'head'),
    base: readCommit(inputs, 'base'),
  };
}

function readInfraChanged(inputs: Inputs): CollectInputs['infraChanged'] {
  const changed = inputs.optional('infra-changed');
  if (changed === undefined || changed === 'true' || changed === 'false' || changed === 'none') return changed;
  throw malformed('infra-changed', 'must be true, false or none');
}

function readCommit(inputs: Inputs, name: string): string {
  const commit = inputs.text(name);
  if (/^[0-9a-f]{40}$/.test(commit)) return commit;
  throw malformed(name, 'must be a commit of 40 hex digits');
}
