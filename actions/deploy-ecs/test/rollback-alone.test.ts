import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { putParameter } from '../../../lib/aws/ssm.ts';
import { readJob } from '../../../lib/github/job.ts';
import { deployEcs } from '../src/main.ts';
import {
  deploy,
  operate,
  type Prepared,
  prepareRelease,
  runningDigests,
} from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { headOf, rootSession } from './ledger-of.ts';

let stage: Stage;
let first: Prepared;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  first = await prepareRelease(stage, { web: { version: '1' } });
  await deploy(stage, first, {}, { runId: '1' });
  await deploy(stage, await prepareRelease(stage, { web: { version: '2' } }), {}, { runId: '2' });
});
afterEach(() => stage.close());

const reason = 'the page is blank';
const isBack = () => expect(runningDigests(stage)['smartboard-web']).toEqual([first.images['web']]);
const manifestPath = () => join(stage.directory, 'slipway.yml');

const unreachable = () => Promise.reject(new Error('GitHub cannot be reached'));

/** As on a laptop: no variable of GitHub's, no way to GitHub, AWS credentials in the environment. */
async function onLaptop(inputs: Readonly<Record<string, string>>) {
  const before = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'simulator', AWS_SECRET_ACCESS_KEY: 'simulator' });
  try {
    return await stage.run(
      'deploy-ecs',
      (step, surroundings) => deployEcs({ ...step, job: readJob({}), idToken: unreachable }, surroundings),
      { 'role-to-assume': '', ...inputs },
    );
  } finally {
    process.env = before;
  }
}

test('a laptop with AWS credentials is enough: no manifest, no GitHub', async () => {
  await rm(manifestPath());
  const run = await onLaptop({ operation: 'rollback', reason, application: 'smartboard', 'aws-region': 'eu-west-1' });
  expect(run.error).toBeUndefined();
  expect(run.outputs['verdict']).toBe('rolled-back');
  expect(run.warnings).toContainEqual(expect.stringContaining('The manifest cannot be used'));
  isBack();
  const { hold } = await headOf(stage);
  expect(hold).toMatchObject({ reason, by: expect.stringMatching(/^arn:aws:iam::111122223333:/) });
  // Its lock is free: nobody else would free it.
  expect(stage.cloud.ssm.valueOf('/smartboard/prod/release/lock')).toContain('"state":"free"');
});

test('status and resume need no more than that either', async () => {
  await rm(manifestPath());
  const inputs = { application: 'smartboard', 'aws-region': 'eu-west-1' };
  await onLaptop({ ...inputs, operation: 'rollback', reason });
  const status = await onLaptop({ ...inputs, operation: 'status' });
  expect(status.error).toBeUndefined();
  expect(status.lines.filter((line) => line.endsWith('as released'))).toHaveLength(3);
  expect((await onLaptop({ ...inputs, operation: 'resume' })).error).toBeUndefined();
  expect((await headOf(stage)).hold).toBeUndefined();
});

test('a manifest that says nonsense by now is a warning, wherever the nonsense is', async () => {
  await writeFile(manifestPath(), `${smallManifest}\n  nonsense: [`);
  expect((await operate(stage, { operation: 'rollback', reason })).error).toBeUndefined();
  isBack();
});

test('a manifest that has forgotten a service does not keep it from going back', async () => {
  await writeFile(manifestPath(), smallManifest.replace(/ {2}worker:[^]*?(?=^database:)/m, ''));
  const run = await operate(stage, { operation: 'rollback', reason });
  expect(run.error).toBeUndefined();
  expect(run.report?.services.map(({ name }) => name)).toEqual(['svc-auth', 'web', 'worker']);
});

test('a service that came after the release is named, and left running', async () => {
  await stage.close();
  stage = await openStage({ manifest: smallManifest });
  first = await prepareRelease(stage, { web: { version: '1' } });
  await deploy(stage, first, { services: 'svc-auth,web' }, { runId: '1' });
  const second = await prepareRelease(stage, { web: { version: '2' } });
  await deploy(stage, second, {}, { runId: '2' });
  const run = await operate(stage, { operation: 'rollback', reason });
  expect(run.error).toBeUndefined();
  expect(run.lines.join('\n')).toMatch(/worker: came after \S+, and is left running/);
  expect(run.summary).toContain('worker');
  isBack();
  expect(runningDigests(stage)['smartboard-worker']).toEqual([second.images['worker']]);
});

test('the ledger of another account is refused before any write', async () => {
  const { current, good } = await headOf(stage);
  const path = `/smartboard/prod/releases/${good.find((id) => id !== current) ?? ''}`;
  const record = stage.cloud.ssm.valueOf(path) ?? '';
  const value = record.replace('"account":"111122223333"', '"account":"444455556666"');
  await putParameter(rootSession(stage), { name: path, value, overwrite: true });
  stage.forgetCalls();
  const run = await operate(stage, { operation: 'rollback', reason });
  expect(run.error).toMatchObject({ code: 'E_SCOPE', place: 'account' });
  expect(stage.writes()).toEqual([]);
});
