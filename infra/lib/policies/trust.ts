import type { Environment } from '../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { partitionOf } from '../../../lib/core/names.ts';
import { documentOf, type Condition, type PolicyDocument } from './document.ts';

export type GithubRole = 'build' | 'deploy' | 'infra' | 'plan';

type Github = NonNullable<Environment['github']>;

/**
 * Which jobs on GitHub may take a role. All conditions stand in one statement, so that all must hold:
 *
 *     build    a branch that may be deployed; its job has no environment, since nobody is asked before a build
 *     deploy   the environment; with `branches` in the manifest one of these besides
 *     infra    the environment or that of the registries, and a branch that may be deployed
 *     plan     a pull request, a branch that may be deployed, or the environment
 *
 * A token's subject names the repository by its name or, for those made since July 2026, by name and number: both are
 * taken where the manifest says the numbers (docs.github.com/en/actions/reference/security/oidc).
 */
export function githubTrust(role: GithubRole, { environment }: SelectedManifest): PolicyDocument | undefined {
  const { github } = environment;
  if (github === undefined) return undefined;
  const provider = providerArn(environment, github);
  const issuer = provider.slice(provider.indexOf('/') + 1);
  const claims: Readonly<Record<string, readonly string[]>> = {
    aud: [audience],
    sub: subjectsOf(role, github),
    ...(role === 'infra' || (role === 'deploy' && github.branches !== undefined) ? { ref: refsOf(github) } : {}),
    ...(github.repositoryId === undefined ? {} : { repository_id: [github.repositoryId] }),
    ...(github.ownerId === undefined ? {} : { repository_owner_id: [github.ownerId] }),
    ...(github.workflows === undefined ? {} : { job_workflow_ref: github.workflows }),
  };
  return documentOf([
    {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: conditionsOf(issuer, claims),
    },
  ]);
}

/** Only tasks of this account and region may take execution and task roles: ECS itself is no confused deputy. */
export function taskTrust({ environment: { account, region } }: SelectedManifest): PolicyDocument {
  return documentOf([
    {
      Effect: 'Allow',
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partitionOf(region)}:ecs:${region}:${account}:*` },
      },
    },
  ]);
}

/** The provider that the account has already, or the one that the delivery stack makes. */
export function providerArn({ account, region }: Environment, github: Github): string {
  return github.provider ?? `arn:${partitionOf(region)}:iam::${account}:oidc-provider/${githubIssuer}`;
}

export const githubIssuer = 'token.actions.githubusercontent.com';
export const audience = 'sts.amazonaws.com';

/** GitHub's environment of the job that makes registries and roles: another one, so that no reviewer need be asked. */
export function registryEnvironment({ environment }: Github): string {
  return `${environment}-registry`;
}

function subjectsOf(role: GithubRole, github: Github): readonly string[] {
  const environment = `environment:${github.environment}`;
  const branches = refsOf(github).map((ref) => `ref:${ref}`);
  const contexts = {
    build: branches,
    deploy: [environment],
    infra: [environment, `environment:${registryEnvironment(github)}`],
    plan: ['pull_request', ...branches, environment],
  }[role];
  return repositoriesOf(github).flatMap((repository) => contexts.map((context) => `repo:${repository}:${context}`));
}

function repositoriesOf({ repository, ownerId, repositoryId }: Github): readonly string[] {
  if (ownerId === undefined || repositoryId === undefined) return [repository];
  const [owner = '', name = ''] = repository.split('/');
  return [repository, `${owner}@${ownerId}/${name}@${repositoryId}`];
}

/** Where the manifest names no branches it is `main`, as a trust policy cannot ask which one is the default. */
function refsOf({ branches = ['main'] }: Github): readonly string[] {
  return branches.map((branch) => `refs/heads/${branch}`);
}

/** Equality, save for claims in which the manifest itself wrote `*` for a part of a branch's name. */
function conditionsOf(issuer: string, claims: Readonly<Record<string, readonly string[]>>): Condition {
  const keyed = Object.entries(claims).map(([name, values]) => [`${issuer}:${name}`, values] as const);
  const exact = Object.fromEntries(keyed.filter(([, values]) => !hasPattern(values)));
  const patterns = Object.fromEntries(keyed.filter(([, values]) => hasPattern(values)));
  return { StringEquals: exact, ...(Object.keys(patterns).length === 0 ? {} : { StringLike: patterns }) };
}

function hasPattern(values: readonly string[]): boolean {
  return values.some((value) => value.includes('*'));
}
