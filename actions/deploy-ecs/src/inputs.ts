import type { Images } from '../../../lib/core/release.ts';
import {
  type CommonInputs,
  type KnockInputs,
  readCommonInputs,
  readKnockInputs,
  readReason,
} from '../../../lib/github/common-inputs.ts';
import { type Inputs, malformed } from '../../../lib/github/inputs.ts';
import { readImages } from '../../../lib/world/handed-on.ts';

export type DeployEcsInputs = DeployInputs | PreviewInputs | RollbackInputs | ResumeInputs | StatusInputs;

export type DeployInputs = KnockInputs & {
  readonly kind: 'deploy';
  /** Where the story stops: `verify` and `plan` change nothing. */
  readonly until: 'verify' | 'plan' | 'end';
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
  readonly onCancel: OnCancel;
  readonly waitForMinutes: number;
  /** Name or ARN; must be the cluster of infra's contract when given. */
  readonly cluster: string | undefined;
  /** Sent to the services that are named; undefined: the count is the autoscaler's. */
  readonly desiredCount: number | undefined;
  /** Scale to nothing and delete those of our services that the manifest no longer has. */
  readonly prune: boolean;
};

/** What the post step does about a rollout that a cancelled job left behind. */
export type OnCancel = 'leave' | 'undo';

/** A plan before anything was built and configured, e.g. of a pull request. */
export type PreviewInputs = {
  readonly kind: 'preview';
  readonly common: CommonInputs;
  /** Of services whose image is there already; the others are taken to keep the one that runs. */
  readonly images: Images;
  /** Empty: all services. */
  readonly services: readonly string[];
};

export type RollbackInputs = {
  readonly kind: 'rollback';
  readonly common: CommonInputs;
  /** Needed only where the manifest cannot be read. */
  readonly application: string | undefined;
  /** Id or commit of a good release; the last good one before the current when absent. */
  readonly release: string | undefined;
  readonly reason: string;
  readonly waitForMinutes: number;
  readonly onCancel: OnCancel;
  /** Over a running migration, or to a release that was left before or has critical findings. */
  readonly force: boolean;
  readonly planOnly: boolean;
  readonly githubToken: string | undefined;
};

/** Ends the hold that a rollback has set. */
export type ResumeInputs = {
  readonly kind: 'resume';
  readonly common: CommonInputs;
  readonly application: string | undefined;
  readonly reason: string | undefined;
};

export type StatusInputs = {
  readonly kind: 'status';
  readonly common: CommonInputs;
  readonly application: string | undefined;
};

const operations = ['deploy', 'verify', 'plan', 'rollback', 'resume', 'status'] as const;

export function readDeployEcsInputs(inputs: Inputs): DeployEcsInputs {
  const common = readCommonInputs(inputs);
  const given = inputs.optional('operation') ?? 'deploy';
  const operation = operations.find((one) => one === given);
  switch (operation) {
    case 'deploy':
      return readDeploy(inputs, common, common.dryRun ? 'plan' : 'end');
    case 'plan':
      return inputs.optional('config') === undefined ? readPreview(inputs, common) : readDeploy(inputs, common, 'plan');
    case 'verify':
      return readDeploy(inputs, common, 'verify');
    case 'rollback':
      return readRollback(inputs, common);
    case 'resume':
      return { kind: 'resume', common, application: readApplication(inputs), reason: readReason(inputs) };
    case 'status':
      return { kind: 'status', common, application: readApplication(inputs) };
    case undefined:
      throw malformed('operation', `must be one of ${operations.join(', ')}`);
  }
}

function readDeploy(inputs: Inputs, common: CommonInputs, until: DeployInputs['until']): DeployInputs {
  const services = inputs.list('services');
  return {
    ...readKnockInputs(inputs),
    kind: 'deploy',
    until,
    common,
    images: readImages(inputs),
    config: inputs.text('config'),
    services,
    release: readRelease(inputs),
    forceNewDeployment: inputs.boolean('force-new-deployment', true),
    onFailure: readOnFailure(inputs.optional('on-failure') ?? 'undo'),
    onCancel: readOnCancel(inputs),
    waitForMinutes: readWait(inputs),
    cluster: readCluster(inputs),
    desiredCount: readDesiredCount(inputs, services),
    prune: inputs.boolean('prune', false),
  };
}

function readPreview(inputs: Inputs, common: CommonInputs): PreviewInputs {
  const images = inputs.optional('images') === undefined ? {} : readImages(inputs);
  return { kind: 'preview', common, images, services: inputs.list('services') };
}

function readRollback(inputs: Inputs, common: CommonInputs): RollbackInputs {
  const reason = readReason(inputs);
  if (reason === undefined)
    throw malformed('reason', 'is required for a rollback', 'Say in a sentence why it is rolled back.');
  return {
    kind: 'rollback',
    common,
    application: readApplication(inputs),
    release: readRelease(inputs),
    reason,
    waitForMinutes: readWait(inputs),
    onCancel: readOnCancel(inputs),
    force: inputs.boolean('force', false),
    planOnly: common.dryRun,
    githubToken: inputs.optional('github-token'),
  };
}

/** An id or a commit: both hold a digit, so that `latest`, `HEAD~1` and the like are caught. */
function readRelease(inputs: Inputs): string | undefined {
  const release = inputs.optional('release');
  if (release === undefined) return undefined;
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{6,99}$/.test(release) && /\d/.test(release)) return release;
  throw malformed('release', 'must be the id of a release or its commit (at least seven hex digits)');
}

function readApplication(inputs: Inputs): string | undefined {
  const application = inputs.optional('application');
  if (application === undefined || /^[a-z][a-z0-9-]{0,31}$/.test(application)) return application;
  throw malformed('application', 'must be the name of an application: lower-case letters, digits and hyphens');
}

function readCluster(inputs: Inputs): string | undefined {
  const cluster = inputs.optional('cluster');
  const form = /^(?:arn:[a-z-]+:ecs:[a-z0-9-]+:\d{12}:cluster\/)?[A-Za-z0-9_-]{1,255}$/;
  if (cluster === undefined || form.test(cluster)) return cluster;
  throw malformed('cluster', 'must be the name of an ECS cluster, or its ARN');
}

/** One number for services that are named one by one: for all of them together it would hardly be meant. */
function readDesiredCount(inputs: Inputs, services: readonly string[]): number | undefined {
  if (inputs.optional('desired-count') === undefined) return undefined;
  if (services.length === 0)
    throw malformed('desired-count', 'needs `services`', 'Name the services that it is for, or leave it out.');
  return inputs.integer('desired-count', { min: 0, max: 5000 });
}

function readOnCancel(inputs: Inputs): OnCancel {
  const policy = inputs.optional('on-cancel') ?? 'leave';
  if (policy === 'leave' || policy === 'undo') return policy;
  throw malformed('on-cancel', 'must be leave or undo');
}

function readOnFailure(policy: string): 'undo' | 'keep' {
  if (policy === 'undo' || policy === 'keep') return policy;
  throw malformed('on-failure', 'must be undo or keep');
}

function readWait(inputs: Inputs): number {
  return inputs.integer('wait-for-minutes', { min: 1, max: 360, otherwise: 30 });
}
