import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploy, operate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { headOf } from './ledger-of.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  await deploy(stage, await prepareRelease(stage), {}, { runId: '1' });
});
afterEach(() => stage.close());

test('a hold is ended, named, and kept with both reasons; then pushes deploy again', async () => {
  const second = await prepareRelease(stage, { web: { version: '2' } });
  await deploy(stage, second, {}, { runId: '2' });
  await operate(stage, { operation: 'rollback', reason: 'the page is blank' }, { runId: '3' });
  const third = await prepareRelease(stage, { web: { version: '3' } });
  expect((await deploy(stage, third, {}, { runId: '4' })).outputs['verdict']).toBe('refused');

  const { hold } = await headOf(stage);
  const run = await operate(stage, { operation: 'resume', reason: 'the cause is mended' }, { runId: '5' });
  expect(run.error).toBeUndefined();
  expect(run.lines).toContainEqual(expect.stringMatching(/^Ended the hold: since .* by octocat.*the page is blank/));
  const head = await headOf(stage);
  expect(head.hold).toBeUndefined();
  expect(head.ended).toMatchObject({ hold, by: 'octocat', reason: 'the cause is mended' });
  expect((await deploy(stage, third, {}, { runId: '4', runAttempt: 2 })).outputs['verdict']).toBe('succeeded');
});

test('without a hold there is nothing to do, and that is no error', async () => {
  stage.forgetCalls();
  const run = await operate(stage, { operation: 'resume' });
  expect(run.error).toBeUndefined();
  expect(run.lines).toContainEqual(expect.stringContaining('nothing has to be resumed'));
  expect(stage.writes()).toEqual([]);
});

test('a dry run says which hold it would end, and leaves it', async () => {
  await deploy(stage, await prepareRelease(stage, { web: { version: '2' } }), {}, { runId: '2' });
  await operate(stage, { operation: 'rollback', reason: 'the page is blank' });
  stage.forgetCalls();
  const run = await operate(stage, { operation: 'resume', 'dry-run': 'true' });
  expect(run.lines).toContainEqual(expect.stringMatching(/^Would end the hold: .*the page is blank/));
  expect(stage.writes()).toEqual([]);
  expect((await headOf(stage)).hold).toBeDefined();
});
