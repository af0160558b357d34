import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { simulateAws } from '../../../simulator/aws.ts';
import type { FaultRule } from '../../../simulator/faults.ts';
import type { GithubAccess } from '../api.ts';
import { compareCommits } from '../compare.ts';
import { type DeploymentWish, openDeployment } from '../deployments.ts';

const repository = 'octo-org/smartboard';
const commit = (letter: string) => letter.repeat(40);

/** The toolkit's own client speaks to GitHub's side of the simulator, over HTTP. */
let cloud: ReturnType<typeof simulateAws>;
let access: GithubAccess;
let warnings: string[];

beforeEach(async () => {
  warnings = [];
  cloud = simulateAws();
  const { url } = await cloud.listen({ port: 0 });
  access = { token: cloud.jobApiToken, repository, apiUrl: `${url}/_github/api` };
});
afterEach(() => cloud.close());

const fail = (operation: string, kind: FaultRule['kind']) =>
  cloud.setFaults([{ operation: `github:${operation}`, kind }]);

describe('two commits', () => {
  beforeEach(() => {
    // a ← b ← c, and d made from a when main was pushed over with force; e has a history of its own.
    cloud.describeHistory([
      { sha: commit('a') },
      { sha: commit('b'), parents: [commit('a')] },
      { sha: commit('c'), parents: [commit('b')] },
      { sha: commit('d'), parents: [commit('a')] },
      { sha: commit('e') },
    ]);
  });

  test.each([
    ['a', 'c', 'ahead'],
    ['c', 'a', 'behind'],
    ['b', 'b', 'identical'],
    ['c', 'd', 'diverged'],
    ['c', 'e', undefined],
    ['c', 'f', undefined],
  ])('%s … %s: %s', async (base, head, order) => {
    expect(await compareCommits({ ...access, base: commit(base), head: commit(head) })).toBe(order);
  });

  const [base, head] = [commit('a'), commit('b')];

  test.each([
    ['by a branch', { head: 'main' }],
    ['by a short commit', { base: 'aaaaaaa' }],
    ['that leave the path', { head: '../../user' }],
  ])('named %s are not asked for', async (_how, wrong) => {
    expect(await compareCommits({ ...access, base, head, ...wrong })).toBeUndefined();
    expect(cloud.calls()).toEqual({});
  });

  test.each([
    ['a token that GitHub does not know', { token: 'ghs_wrong' }],
    ['another repository', { repository: 'octo-org/other' }],
    ['nothing that listens', { apiUrl: 'http://127.0.0.1:1' }],
  ])('cannot be compared with %s', async (_what, wrong) => {
    expect(await compareCommits({ ...access, base, head, ...wrong })).toBeUndefined();
  });

  test('cannot be compared without the right to read', async () => {
    cloud.describeJob({ permissions: {} });
    expect(await compareCommits({ ...access, base, head })).toBeUndefined();
  });

  test.each(['hang', 'reset', 'truncate', 'server-error'] as const)('are not waited for: %s', async (kind) => {
    fail('compareCommits', kind);
    expect(await compareCommits({ ...access, base, head }, 100)).toBeUndefined();
  });
});

describe('a deployment', () => {
  const wish = (): DeploymentWish => ({
    ...access,
    commit: commit('c'),
    environment: 'prod',
    runId: '1001',
    release: '20261125-ccccccc-1001-1',
    description: 'Releasing 20261125-ccccccc-1001-1',
    environmentUrl: 'https://smartboard.example',
    logUrl: `https://github.com/${repository}/actions/runs/1001`,
  });
  const open = (change: Partial<DeploymentWish> = {}) =>
    openDeployment({ ...wish(), ...change }, (line) => warnings.push(line));

  test('is in progress, then a success, with links to the environment and to the run', async () => {
    const deployment = open();
    deployment.tell('success', 'Nine services run it.');
    await deployment.told();
    expect(states()).toEqual([['success', 'in_progress']]);
    expect(cloud.githubDeployments[0]).toMatchObject({
      deployment: { sha: commit('c'), environment: 'prod', payload: { 'slipway-release': wish().release } },
      statuses: [
        { environment_url: wish().environmentUrl, log_url: wish().logUrl, description: 'Nine services run it.' },
        { environment_url: wish().environmentUrl, log_url: wish().logUrl },
      ],
    });
    expect(warnings).toEqual([]);
  });

  test('is not made twice: what the environment of the job has made is left to GitHub', async () => {
    cloud.describeJob({ environment: 'prod', sha: commit('c'), run_id: '1001', deployment: true });
    const deployment = open();
    deployment.tell('success', 'done');
    await deployment.told();
    expect(states()).toEqual([['in_progress']]);
    expect(cloud.githubDeployments[0]?.deployment.creator.login).toBe('octocat');
    expect(warnings).toEqual([]);
  });

  test.each([
    ['of another run', { run_id: '1000' }],
    ['of another environment', { environment: 'staging' }],
    ['of another commit', { sha: commit('b') }],
  ])('%s is not taken for ours', async (_what, job) => {
    cloud.describeJob({ environment: 'prod', sha: commit('c'), run_id: '1001', deployment: true, ...job });
    await open().told();
    expect(states()).toHaveLength(2);
  });

  test('of an earlier attempt of the same run is not taken for the job’s own', async () => {
    await open().told();
    await open().told();
    expect(states()).toEqual([['in_progress'], ['in_progress']]);
  });

  test('that cannot be written costs one warning, and nobody waits', async () => {
    cloud.describeJob({ permissions: { contents: 'read' } });
    const deployment = open();
    deployment.tell('success', 'done');
    await deployment.told();
    expect(warnings).toEqual([
      'GitHub was not told of the deployment: the token may not do this, or there is no such thing. The token needs `deployments: write`.',
    ]);
  });

  test('whose token is wrong says so without the token', async () => {
    await open({ token: 'ghs_wrong' }).told();
    expect(warnings).toEqual([expect.stringContaining('it does not know the token')]);
    expect(warnings.join()).not.toContain('ghs_wrong');
  });

  test('is not told of twice after one failure', async () => {
    const deployment = open();
    await deployment.told();
    fail('createDeploymentStatus', 'server-error');
    deployment.tell('failure', 'no');
    deployment.tell('inactive', 'no');
    await deployment.told();
    expect(warnings).toEqual(['GitHub was not told that the deployment is failure: it answered with 500.']);
  });

  test('has a description that GitHub accepts, however long the reason', async () => {
    const deployment = open();
    deployment.tell('failure', `web\n\nfailed: ${'x'.repeat(500)}`);
    await deployment.told();
    expect(warnings).toEqual([]);
    expect(cloud.githubDeployments[0]?.statuses[0]?.description).toMatch(/^web failed: x+…$/);
  });

  test('of a commit that GitHub does not know is a warning', async () => {
    cloud.describeHistory([{ sha: commit('a') }]);
    await open().told();
    expect(warnings).toEqual([
      'GitHub was not told of the deployment: it answered with 422. The token needs `deployments: write`.',
    ]);
  });
});

/** Of each deployment, newest first, its states, newest first. */
function states(): readonly (readonly string[])[] {
  return cloud.githubDeployments.map(({ statuses }) => statuses.map(({ state }) => state));
}
