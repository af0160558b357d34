import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readHead } from '../../../lib/aws/ledger/head.ts';
import { deploy, operate, prepareRelease, runningDigests } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';

const where = { application: 'smartboard', environment: 'prod' };

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
});
afterEach(() => stage.close());

test('a queued older run is refused before it writes anything, and what runs stays', async () => {
  const old = await prepareRelease(stage, { web: { version: 'old' } });
  const fresh = await prepareRelease(stage, { web: { version: 'new' } });
  await deploy(stage, fresh, {}, { runId: '1002', commit: 'b'.repeat(40) });
  stage.forgetCalls();
  const run = await deploy(stage, old, {}, { runId: '1001', commit: 'a'.repeat(40) });
  expect(run.error).toMatchObject({ code: 'E_STATE', remedy: expect.stringContaining('force') });
  expect(run.outputs['verdict']).toBe('refused');
  expect(run.report?.reason).toContain('is older');
  expect(stage.writes()).toEqual([]);
  expect(runningDigests(stage)['smartboard-web']).toEqual([fresh.images['web']]);
});

test('two runs that overtake each other at the lock leave the newer commit', async () => {
  await deploy(stage, await prepareRelease(stage), {}, { runId: '1000', commit: 'a'.repeat(40) });
  const older = await prepareRelease(stage, { web: { version: '1' } });
  const newer = await prepareRelease(stage, { web: { version: '2' } });
  const first = deploy(stage, newer, {}, { runId: '1002', commit: 'c'.repeat(40) });
  const second = deploy(stage, older, {}, { runId: '1001', commit: 'b'.repeat(40) });
  const [one, other] = await Promise.all([first, second]);
  expect(one.error).toBeUndefined();
  // Either it came first, or it was let in after the newer one, and refused then.
  expect(['succeeded', 'refused']).toContain(other.outputs['verdict']);
  expect(runningDigests(stage)['smartboard-web']).toEqual([newer.images['web']]);
  expect((await readHead(stage.aws, where))?.newest).toMatchObject({ run: { id: '1002' } });
});

test('an older run that is meant goes through with force, and is the newest then', async () => {
  const old = await prepareRelease(stage, { web: { version: 'old' } });
  await deploy(stage, await prepareRelease(stage), {}, { runId: '1002', commit: 'b'.repeat(40) });
  const run = await deploy(stage, old, { force: 'true' }, { runId: '1001', commit: 'a'.repeat(40) });
  expect(run.outputs['verdict']).toBe('succeeded');
  expect((await readHead(stage.aws, where))?.newest).toMatchObject({ commit: 'a'.repeat(40), run: { id: '1001' } });
});

test('after a rollback a push is refused, and a deploy by hand with a reason ends the hold', async () => {
  await deploy(stage, await prepareRelease(stage), {}, { runId: '1001' });
  await deploy(stage, await prepareRelease(stage, { web: { version: '2' } }), {}, { runId: '1002' });
  const back = await operate(stage, { operation: 'rollback', reason: 'the page is blank' }, { runId: '1003' });
  expect(back.error).toBeUndefined();
  const next = await prepareRelease(stage, { web: { version: '3' } });
  stage.forgetCalls();
  const pushed = await deploy(stage, next, {}, { runId: '1004' });
  expect(pushed.outputs['verdict']).toBe('refused');
  expect(pushed.error?.message).toContain('octocat');
  expect(pushed.error?.message).toContain('the page is blank');
  expect(pushed.error?.remedy).toContain('operation=resume');
  expect(stage.writes()).toEqual([]);

  const byHand = { runId: '1005', job: { event: 'workflow_dispatch' } };
  const run = await deploy(stage, next, { reason: 'mended' }, byHand);
  expect(run.outputs['verdict']).toBe('succeeded');
  const head = await readHead(stage.aws, where);
  expect(head?.hold).toBeUndefined();
  expect(head?.ended).toMatchObject({ reason: 'mended', hold: { reason: 'the page is blank' } });
  const later = await deploy(stage, await prepareRelease(stage, { web: { version: '4' } }), {}, { runId: '1006' });
  expect(later.outputs['verdict']).toBe('succeeded');
});
