import { claimsOf, jobShape } from '../../simulator/services/github/claims.ts';

// Tokens as GitHub signs them for jobs of the example's repository, and as a forger would wish them.

export type Role = 'build' | 'deploy' | 'infra' | 'plan';
export type Claims = Readonly<Record<string, string>>;

/** Which role is asked for, by whom, with which claims. */
export type Token = readonly [role: Role, who: string, claims: Claims];

const atTag = 'example/slipway/.github/workflows/deploy.yml@refs/tags/v1';

/** Claims of a job of the example's repository, as GitHub would sign them. */
export function job(described: Readonly<Record<string, unknown>> = {}): Claims {
  const claims = claimsOf(jobShape.parse({ repository: 'example/smartboard', ...described }));
  return { aud: 'sts.amazonaws.com', ...claims };
}

const called = (described: Readonly<Record<string, unknown>> = {}) => job({ job_workflow_ref: atTag, ...described });
const numbered = (described: Readonly<Record<string, unknown>> = {}) =>
  called({ immutable_subject: true, ...described });
const release = { ref: 'refs/heads/release/7' };
const feature = { ref: 'refs/heads/feature' };
export const prod = { environment: 'prod' };
const registry = { environment: 'prod-registry' };
const pullRequest = { event_name: 'pull_request', ref: 'refs/pull/7/merge' };

/** Where the manifest names only the repository. */
export const trustedByName: readonly Token[] = [
  ['deploy', 'a push to main', job(prod)],
  ['deploy', 'a workflow called at a tag', called(prod)],
  [
    'deploy',
    'a workflow called at a commit',
    job({ ...prod, job_workflow_ref: atTag.replace(/@.*/, `@${'a'.repeat(40)}`) }),
  ],
  [
    'deploy',
    'a single action in a workflow of its own',
    job({ ...prod, job_workflow_ref: 'example/smartboard/.github/workflows/rollback.yml@refs/heads/main' }),
  ],
  ['deploy', 'a rollback from another branch, which the environment may forbid', job({ ...prod, ...feature })],
  ['infra', 'a push to main', job(prod)],
  ['infra', 'registries and roles, which have an environment of their own', job(registry)],
  ['build', 'a push to main', job()],
  ['build', 'a workflow called at a tag', called()],
  ['plan', 'a pull request', job(pullRequest)],
  ['plan', 'the daily look for drift on main', job({ event_name: 'schedule' })],
  ['plan', 'a plan in the environment', job({ ...prod, ...feature })],
];

/** The same manifest, and nobody whom it trusts. */
export const forgedByName: readonly Token[] = [
  ['deploy', 'another repository of the owner', job({ ...prod, repository: 'example/other' })],
  ['deploy', 'a repository whose name goes on', job({ ...prod, repository: 'example/smartboard-fork' })],
  ['deploy', 'an owner whose name goes on', job({ ...prod, repository: 'example-evil/smartboard' })],
  ['deploy', 'a fork of the same name', job({ ...prod, repository: 'mallory/smartboard' })],
  ['deploy', 'the same name in other letters', job({ ...prod, repository: 'Example/Smartboard' })],
  ['deploy', 'another environment', job({ environment: 'staging' })],
  ['deploy', 'an environment whose name goes on', job({ environment: 'prod2' })],
  ['deploy', 'the environment in other letters', job({ environment: 'Prod' })],
  ['deploy', 'the environment of the registries, where nobody is asked', job(registry)],
  ['deploy', 'main without environment, as the build has it', job()],
  ['deploy', 'a pull request', job(pullRequest)],
  ['deploy', 'a tag', job({ ref: 'refs/tags/v1' })],
  ['deploy', 'another audience', { ...job(prod), aud: 'vault' }],
  ['deploy', 'no audience', without(job(prod), 'aud')],
  ['deploy', 'no subject', without(job(prod), 'sub')],
  ['deploy', 'a subject that goes on', { ...job(prod), sub: 'repo:example/smartboard:environment:prod:x' }],
  ['deploy', 'a subject with a line break', { ...job(prod), sub: 'repo:example/smartboard:environment:prod\n' }],
  ['deploy', 'a subject with a wildcard', { ...job(prod), sub: 'repo:example/*:environment:prod' }],
  ['deploy', 'a subject that is a wildcard', { ...job(prod), sub: '*' }],
  ['deploy', 'numbers that the manifest does not say', job({ ...prod, immutable_subject: true })],
  ['infra', 'main without environment: what a build runs could else provision', job()],
  ['infra', 'the environment on an unreviewed branch', job({ ...prod, ...feature })],
  ['infra', 'the registries’ environment on an unreviewed branch', job({ ...registry, ...feature })],
  ['infra', 'a tag called like the branch', job({ ...prod, ref: 'refs/tags/main' })],
  ['infra', 'a token that says no branch', without(job(prod), 'ref')],
  ['infra', 'a pull request', job(pullRequest)],
  ['infra', 'a pull request that names the environment', job({ ...prod, ...pullRequest })],
  ['infra', 'another repository', job({ ...prod, repository: 'example/other' })],
  ['build', 'an unreviewed branch', job(feature)],
  ['build', 'a branch whose name goes on', job({ ref: 'refs/heads/main2' })],
  ['build', 'a tag called like the branch', job({ ref: 'refs/tags/main' })],
  ['build', 'a pull request', job(pullRequest)],
  ['build', 'the environment', job(prod)],
  ['build', 'another repository', job({ repository: 'example/other' })],
  ['plan', 'an unreviewed branch without environment', job(feature)],
  ['plan', 'a pull request of another repository', job({ ...pullRequest, repository: 'mallory/smartboard' })],
  ['plan', 'a tag', job({ ref: 'refs/tags/v1' })],
];

/** Where the manifest says numbers, branches and workflows. */
export const trustedByNumber: readonly Token[] = [
  ['deploy', 'a push to main, named', called(prod)],
  ['deploy', 'a push to main, numbered', numbered(prod)],
  ['deploy', 'a branch that a pattern names', numbered({ ...prod, ...release })],
  [
    'deploy',
    'the commit that is listed',
    numbered({ ...prod, job_workflow_ref: atTag.replace(/@.*/, '@0123456789abcdef0123456789abcdef01234567') }),
  ],
  [
    'deploy',
    'a single action in the listed workflow',
    job({ ...prod, job_workflow_ref: 'example/smartboard/.github/workflows/rollback.yml@refs/heads/main' }),
  ],
  ['infra', 'the environment, named', called(prod)],
  ['infra', 'the registries’ environment, numbered', numbered(registry)],
  ['build', 'main, named', called()],
  ['build', 'main, numbered', numbered()],
  ['build', 'a branch that a pattern names', numbered(release)],
  ['plan', 'a pull request, named', called(pullRequest)],
  ['plan', 'a pull request, numbered', numbered(pullRequest)],
];

/** The same manifest, and nobody whom it trusts. */
export const forgedByNumber: readonly Token[] = [
  ['deploy', 'a branch that is not named', numbered({ ...prod, ...feature })],
  ['deploy', 'a branch that only begins like one', numbered({ ...prod, ref: 'refs/heads/main2' })],
  ['deploy', 'a tag called like a branch', numbered({ ...prod, ref: 'refs/tags/main' })],
  ['deploy', 'a repository that took over the name', called({ ...prod, repository_id: '666' })],
  ['deploy', 'an owner who took over the name', called({ ...prod, repository_owner_id: '666' })],
  ['deploy', 'other numbers in the subject', numbered({ ...prod, repository_id: '666' })],
  ['deploy', 'no number of the repository', without(called(prod), 'repository_id')],
  [
    'deploy',
    'the numbers with another separator',
    { ...numbered(prod), sub: 'repo:example-98765/smartboard-123456789:environment:prod' },
  ],
  ['deploy', 'the workflow at another tag', called({ ...prod, job_workflow_ref: atTag.replace('v1', 'v2') })],
  ['deploy', 'the workflow at a branch', called({ ...prod, job_workflow_ref: atTag.replace('tags/v1', 'heads/v1') })],
  [
    'deploy',
    'the workflow at a commit that is not listed',
    called({ ...prod, job_workflow_ref: atTag.replace(/@.*/, `@${'f'.repeat(40)}`) }),
  ],
  [
    'deploy',
    'another workflow at the same tag',
    called({ ...prod, job_workflow_ref: atTag.replace('deploy.yml', 'other.yml') }),
  ],
  ['deploy', 'a fork of the workflow', called({ ...prod, job_workflow_ref: atTag.replace('example/', 'mallory/') })],
  ['deploy', 'no workflow', without(called(prod), 'job_workflow_ref')],
  ['infra', 'the environment on a branch that is not named', numbered({ ...prod, ...feature })],
  [
    'infra',
    'a workflow that is not listed',
    numbered({ ...registry, job_workflow_ref: atTag.replace('deploy.yml', 'build.yml') }),
  ],
  ['build', 'a branch that is not named', numbered(feature)],
  ['build', 'a branch that only ends like one', numbered({ ref: 'refs/heads/x/release/7' })],
  ['build', 'an owner whose name ends like ours', numbered({ ...release, repository: 'evil/smartboard' })],
  ['build', 'a workflow that is not listed', job()],
  ['plan', 'a pull request of a repository that took over the name', called({ ...pullRequest, repository_id: '666' })],
];

function without(claims: Claims, name: string): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name));
}
