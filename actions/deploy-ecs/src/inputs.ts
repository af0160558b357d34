import type { Images } from '../../../lib/core/release.ts';
import { type CommonInputs, readCommonInputs } from '../../../lib/github/common-inputs.ts';
import { type Inputs, malformed } from '../../../lib/github/inputs.ts';
import { readImages } from '../../../lib/world/handed-on.ts';

export type DeployEcsInputs = DeployInputs | RollbackInputs | StatusInputs;

export type DeployInputs = {
  readonly kind: 'deploy';
  readonly common: CommonInputs;
  readonly images: Images;
  /** Path of the file that config-env wrote. */
  readonly config: string;
  /** Empty: all services. */
  readonly services: readonly string[];
  /** Id of the release; made up from commit and run when absent. */
  readonly release: string | undefined;
  readonly forceNewDeployment: boolean;
  readonly onFailure: 'undo' | 'keep';
  readonly waitForMinutes: number;
  /** Show the plan and stop. */
  readonly planOnly: boolean;
};

export type RollbackInputs = {
  readonly kind: 'rollback';
  readonly common: CommonInputs;
  /** Id or commit of a good release; the last good one before the current when absent. */
  readonly release: string | undefined;
  readonly reason: string;
  readonly waitForMinutes: number;
  readonly planOnly: boolean;
};

export type StatusInputs = { readonly kind: 'status'; readonly common: CommonInputs };

export function readDeployEcsInputs(inputs: Inputs): DeployEcsInputs {
  const common = readCommonInputs(inputs);
  const operation = inputs.optional('operation') ?? 'deploy';
  switch (operation) {
    case 'deploy':
    case 'plan':
      return readDeploy(inputs, common, operation === 'plan' || common.dryRun);
    case 'rollback':
      return {
        kind: 'rollback',
        common,
        release: readRelease(inputs),
        reason: readReason(inputs),
        waitForMinutes: readWait(inputs),
        planOnly: common.dryRun,
      };
    case 'status':
      return { kind: 'status', common };
    default:
      throw malformed('operation', 'must be deploy, plan, rollback or status');
  }
}

function readDeploy(inputs: Inputs, common: CommonInputs, planOnly: boolean): DeployInputs {
  return {
    kind: 'deploy',
    common,
    images: readImages(inputs),
    config: inputs.text('config'),
    services: inputs.list('services'),
    release: readRelease(inputs),
    forceNewDeployment: inputs.boolean('force-new-deployment', true),
    onFailure: readOnFailure(inputs.optional('on-failure') ?? 'undo'),
    waitForMinutes: readWait(inputs),
    planOnly,
  };
}

/** An id or a commit: both hold a digit, so that `latest`, `HEAD~1` and the like are caught. */
function readRelease(inputs: Inputs): string | undefined {
  const release = inputs.optional('release');
  if (release === undefined) return undefined;
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{6,99}$/.test(release) && /\d/.test(release)) return release;
  throw malformed('release', 'must be the id of a release or its commit (at least seven hex digits)');
}

function readReason(inputs: Inputs): string {
  const reason = inputs.optional('reason');
  if (reason === undefined)
    throw malformed('reason', 'is required for a rollback', 'Say in a sentence why it is rolled back.');
  if (reason.length > 500) throw malformed('reason', 'is longer than 500 characters');
  return reason;
}

function readOnFailure(policy: string): 'undo' | 'keep' {
  if (policy === 'undo' || policy === 'keep') return policy;
  throw malformed('on-failure', 'must be undo or keep');
}

function readWait(inputs: Inputs): number {
  return inputs.integer('wait-for-minutes', { min: 1, max: 360, otherwise: 30 });
}
