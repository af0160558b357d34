import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type RunActionOptions, runAction } from '../../../rehearsal/runner/run-action.ts';
import { deploy, operate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../simulator/clock.ts';
import { recordsOf } from './ledger-of.ts';

// The action as the runner starts it, in a process of its own, ended by signals. The cloud's clock stands still, so a
// rollout that has begun goes on for as long as one likes.
let folder = '';
let stage: Stage;
let url = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cancel-test-'));
  const emitted = join(process.cwd(), 'build', 'actions', 'deploy-ecs', 'src', 'index.js');
  await mkdir(join(folder, 'dist'));
  await copyFile(join('actions', 'deploy-ecs', 'action.yml'), join(folder, 'action.yml'));
  await writeFile(join(folder, 'dist', 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'dist', 'index.js'), `await import(${JSON.stringify(pathToFileURL(emitted).href)});\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  await deploy(stage, await prepareRelease(stage), {}, { runId: '1', commit: '1'.repeat(40) });
  const second = await prepareRelease(stage, { web: { version: '2' }, worker: { version: '2' } });
  await deploy(stage, second, {}, { runId: '2', commit: '2'.repeat(40) });
  ({ url } = await stage.cloud.listen({ port: 0 }));
});
afterEach(() => stage.close());

const environment = () => ({
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: 'simulator',
  AWS_SECRET_ACCESS_KEY: 'simulator',
  GITHUB_REPOSITORY: 'example/smartboard',
  GITHUB_RUN_ID: '9',
  GITHUB_ACTOR: 'octocat',
});
const inputs = { environment: 'prod', operation: 'rollback', reason: 'the page is blank' };

/** A rollback that is cancelled when web goes back; with how long it took from there to its end. */
async function cancelled(options: RunActionOptions = {}, onCancel = () => {}) {
  const cancel = new AbortController();
  let cancelledAt = 0;
  const result = await runAction(folder, {
    inputs,
    environment: environment(),
    workspace: stage.directory,
    signal: cancel.signal,
    onLine(line) {
      if (!line.startsWith('web: going back') || cancelledAt > 0) return;
      cancelledAt = performance.now();
      onCancel();
      cancel.abort();
    },
    ...options,
  });
  return { ...result, ms: performance.now() - cancelledAt };
}

const hang = () => stage.setFaults([{ operation: '*:*', kind: 'hang' }]);
const goesOn = /^web: ecs-svc\/\d+ goes on in ECS$/m;
const lockIsFree = () => stage.cloud.ssm.valueOf('/smartboard/prod/release/lock')?.includes('"state":"free"');

test('SIGINT: what goes on is printed and saved in less than 5 s, and the post step writes it down', async () => {
  const run = await cancelled();
  expect(run.log).toMatch(goesOn);
  expect(run.ms).toBeLessThan(5_000);
  expect(run).toMatchObject({ status: 1, outputs: { verdict: 'unknown' } });
  expect(run.summary).toContain('web');

  const post = await run.post?.();
  expect(post).toMatchObject({ status: 0 });
  expect(post?.log).toMatch(goesOn);
  expect((await recordsOf(stage))[0]).toMatchObject({ operation: 'rollback', cancelled: 'left' });
  expect(lockIsFree()).toBe(true);
});

test('SIGINT while AWS hangs: still printed, still in less than 5 s', async () => {
  const run = await cancelled({}, hang);
  expect(run.log).toMatch(goesOn);
  expect(run.ms).toBeLessThan(5_000);
  expect(run).toMatchObject({ status: 1, outputs: { verdict: 'unknown' } });
  expect(run.state['slipway-begun']).toContain('"release"');
});

test('SIGTERM while AWS hangs: printed in less than 2 s', async () => {
  const run = await cancelled({ cancelPatience: { interruptMs: 0, terminateMs: 2_000 } }, hang);
  expect(run).toMatchObject({ status: 1, signal: undefined });
  expect(run.log).toMatch(goesOn);
});

test('a killed step leaves enough for its post step', async () => {
  const run = await cancelled({ cancelPatience: { interruptMs: 1, terminateMs: 1 } }, hang);
  expect(run.signal).toBe('SIGKILL');
  stage.setFaults([]);
  const post = await run.post?.();
  expect(post?.log).toMatch(goesOn);
  expect((await recordsOf(stage))[0]).toMatchObject({ cancelled: 'left' });
  expect(lockIsFree()).toBe(true);
});

test('after kill -9 without a post step the lock expires by itself', async () => {
  await cancelled({ cancelPatience: { interruptMs: 1, terminateMs: 1 } }, hang);
  stage.setFaults([]);
  expect(lockIsFree()).toBe(false);
  await pass(151_000, stage.cloud.clock);
  const next = await operate(stage, inputs, { runId: '10' });
  expect(next.outputs['verdict']).toBe('rolled-back');
  expect(next.lines.join('\n')).not.toContain('Asking');
});

test('a mixed end has exit code 2, and the post step of a main that ended by itself does nothing', async () => {
  stage.setFaults([{ operation: 'ecs:UpdateService', kind: 'error', code: 'AccessDeniedException', status: 400 }]);
  const run = await runAction(folder, { inputs, environment: environment(), workspace: stage.directory });
  expect(run).toMatchObject({ status: 2, outputs: { verdict: 'mixed' } });
  expect(run.state).toMatchObject({ 'slipway-main': 'ended' });
  const calls = stage.calls.length;
  expect(await run.post?.()).toMatchObject({ status: 0, log: '' });
  expect(stage.calls).toHaveLength(calls);
});
