import type { Inputs } from './inputs.ts';
import { malformed } from './inputs.ts';

/** What every action is given, read in one place so that it means the same in all of them. */
export type CommonInputs = {
  /** Path of the manifest, relative to the workspace. */
  readonly manifest: string;
  /** Name of the environment in the manifest. */
  readonly environment: string;
  /** Must equal the manifest's when given. */
  readonly region: string | undefined;
  readonly role: RoleInputs | undefined;
  readonly dryRun: boolean;
};

export type RoleInputs = {
  readonly arn: string;
  readonly account: string;
  /** Undefined: named after action and run. */
  readonly sessionName: string | undefined;
  readonly durationSeconds: number;
  readonly audience: string;
};

export function readCommonInputs(inputs: Inputs): CommonInputs {
  return {
    manifest: readManifestPath(inputs),
    environment: readEnvironmentName(inputs),
    ...readAccessInputs(inputs),
  };
}

/** What is needed to reach AWS, without a manifest. */
export type AccessInputs = Pick<CommonInputs, 'region' | 'role' | 'dryRun'>;

export function readAccessInputs(inputs: Inputs): AccessInputs {
  return { region: readRegion(inputs), role: readRole(inputs), dryRun: inputs.boolean('dry-run', false) };
}

function readManifestPath(inputs: Inputs): string {
  const path = inputs.optional('manifest') ?? 'slipway.yml';
  if (path.startsWith('/') || path.startsWith('-') || path.includes('\\') || path.split('/').includes('..')) {
    throw malformed('manifest', 'must be a path inside the repository, with forward slashes');
  }
  return path;
}

function readEnvironmentName(inputs: Inputs): string {
  const name = inputs.text('environment');
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) {
    throw malformed('environment', 'must be the name of an environment: lower-case letters, digits and hyphens');
  }
  return name;
}

function readRegion(inputs: Inputs): string | undefined {
  const region = inputs.optional('aws-region');
  if (region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    throw malformed('aws-region', 'must be the name of an AWS region such as eu-west-1');
  }
  return region;
}

function readRole(inputs: Inputs): RoleInputs | undefined {
  const arn = inputs.optional('role-to-assume');
  const sessionName = inputs.optional('role-session-name');
  const durationSeconds = inputs.integer('role-duration-seconds', { min: 900, max: 43_200, otherwise: 3600 });
  const audience = inputs.optional('audience') ?? 'sts.amazonaws.com';
  if (sessionName !== undefined && !/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw malformed('role-session-name', 'must be 2 to 64 letters, digits or any of +=,.@_-');
  }
  if (!/^[\w.:/@-]{1,255}$/.test(audience)) throw malformed('audience', 'must be the name of an audience');
  if (arn === undefined) return undefined;
  const account = /^arn:aws(?:-cn|-us-gov)?:iam::(\d{12}):role\/[\w+=,.@/-]{1,576}$/.exec(arn)?.[1];
  if (account === undefined) {
    throw malformed('role-to-assume', 'must be the complete ARN of a role, arn:aws:iam::111122223333:role/name');
  }
  return { arn, account, sessionName, durationSeconds, audience };
}

/** What lets a deploy in where it would be refused by itself. */
export type KnockInputs = {
  /** Why it is deployed by hand: goes on although there is a hold. */
  readonly reason: string | undefined;
  /** Over a newer commit, or one that cannot be compared. */
  readonly force: boolean;
  /** By which GitHub is asked which of two commits is the newer one. */
  readonly githubToken: string | undefined;
};

export function readKnockInputs(inputs: Inputs): KnockInputs {
  return {
    reason: readReason(inputs),
    force: inputs.boolean('force', false),
    githubToken: inputs.optional('github-token'),
  };
}

export function readReason(inputs: Inputs): string | undefined {
  const reason = inputs.optional('reason');
  if (reason !== undefined && reason.length > 500) throw malformed('reason', 'is longer than 500 characters');
  return reason;
}
