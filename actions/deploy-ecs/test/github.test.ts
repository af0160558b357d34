import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploy, operate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type RunWishes, type Stage } from '../../../rehearsal/test/stage/stage.ts';

/** The action, and GitHub's REST API over HTTP. */
let stage: Stage;
let inputs: Readonly<Record<string, string>>;
let job: NonNullable<RunWishes['job']>;

beforeEach(async () => {
  stage = await openStage({
    manifest: smallManifest.replace('nat: single', 'nat: single\n    domain: smartboard.example'),
  });
  const { url } = await stage.cloud.listen({ port: 0 });
  inputs = { 'github-token': stage.cloud.jobApiToken };
  job = { apiUrl: `${url}/_github/api`, url: 'https://github.com/example/smartboard/actions/runs/1001' };
});
afterEach(() => stage.close());

const crashing = { 'simulator.exit-code': '1' };

/** Newest first: commit, and states newest first. */
function deployments() {
  return stage.cloud.githubDeployments.map(({ deployment, statuses }) => [
    deployment.sha.slice(0, 1),
    statuses.map(({ state }) => state),
  ]);
}

test('a release shows on GitHub, first in progress, then as it ended, and a rollback as the commit it goes back to', async () => {
  const good = await deploy(stage, await prepareRelease(stage), inputs, { job, commit: '1'.repeat(40) });
  expect(good.warnings).toEqual([]);
  expect(deployments()).toEqual([['1', ['success', 'in_progress']]]);
  expect(stage.cloud.githubDeployments[0]).toMatchObject({
    deployment: { environment: 'prod', payload: { 'slipway-release': good.outputs['release'] } },
    statuses: [{ environment_url: 'https://smartboard.example', log_url: job.url }, {}],
  });

  const bad = await prepareRelease(stage, { web: crashing });
  await deploy(stage, bad, inputs, { job, runId: '1002', commit: '2'.repeat(40) });
  expect(deployments()[0]).toEqual(['2', ['failure', 'in_progress']]);

  await deploy(stage, await prepareRelease(stage, { web: { version: '3' } }), inputs, {
    job,
    runId: '1003',
    commit: '3'.repeat(40),
  });
  const back = await operate(
    stage,
    { operation: 'rollback', reason: 'a blank page', ...inputs },
    { job, runId: '1004' },
  );
  expect(back.outputs['verdict']).toBe('rolled-back');
  expect(deployments()[0]).toEqual(['1', ['success', 'in_progress']]);
});

test('without a token GitHub is asked nothing', async () => {
  await deploy(stage, await prepareRelease(stage), {}, { job });
  expect(Object.keys(stage.cloud.calls()).filter((call) => /^github:(?!token)/.test(call))).toEqual([]);
});

test('a plan announces nothing, and neither does a release that is refused', async () => {
  const prepared = await prepareRelease(stage);
  await deploy(stage, prepared, { ...inputs, operation: 'plan' }, { job });
  const images = JSON.stringify({ ...prepared.images, web: `sha256:${'0'.repeat(64)}` });
  const refused = await deploy(stage, prepared, { ...inputs, images }, { job });
  expect(refused.outputs['verdict']).toBe('refused');
  expect(deployments()).toEqual([]);
});

test.each(['server-error', 'reset', 'throttle'] as const)(
  'a release is good although GitHub is not (%s)',
  async (kind) => {
    const prepared = await prepareRelease(stage);
    stage.setFaults([{ operation: 'github:listDeployments', kind }]);
    const run = await deploy(stage, prepared, inputs, { job });
    expect(run.outputs['verdict']).toBe('succeeded');
    expect(run.warnings).toEqual([expect.stringContaining('GitHub was not told of the deployment')]);
  },
);

test('the token stands in nothing that is said', async () => {
  const run = await deploy(stage, await prepareRelease(stage), inputs, { job });
  expect(JSON.stringify([run.lines, run.warnings, run.summary, run.report])).not.toContain(stage.cloud.jobApiToken);
});
