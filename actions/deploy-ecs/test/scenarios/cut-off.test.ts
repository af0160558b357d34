import { afterEach, expect, test } from '@jest/globals';
import { deploy, type Prepared, prepareRelease, runningDigests } from '../../../../rehearsal/test/stage/release.ts';
import { openStage, type Stage } from '../../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../../simulator/clock.ts';
import { killedAt } from '../killed.ts';
import { twoServices } from '../two-services.ts';

let stage: Stage;
afterEach(() => stage.close());

const digestsOf = ({ images }: Prepared) =>
  Object.fromEntries(Object.entries(images).map(([name, digest]) => [`shop-${name}`, [digest]]));

/** A good release, and after it one whose process dies when both services have come to run its images. */
async function deadRelease(): Promise<Prepared> {
  stage = await openStage({ manifest: twoServices });
  const good = await prepareRelease(stage);
  await deploy(stage, good, {}, { runId: '1000' });
  const dead = await prepareRelease(stage, { api: { version: 'dead' }, web: { version: 'dead' } });
  const isBegun = { atChange: 8, arrives: true };
  expect(await killedAt(stage, isBegun, () => deploy(stage, dead, {}, { runId: '1001' }))).toBe('killed');
  await pass(300_000, stage.cloud.clock);
  expect(runningDigests(stage)).toEqual(digestsOf(dead));
  return good;
}

const failing = { api: { 'simulator.exit-code': '1' } };

test('a release that fails before it comes to what a dead one has left takes that back as well', async () => {
  const good = await deadRelease();
  const run = await deploy(stage, await prepareRelease(stage, failing), {}, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(runningDigests(stage)).toEqual(digestsOf(good));
  expect(run.report?.services.map(({ outcome }) => outcome)).toEqual(['undone', 'undone']);
});

test('so does one after two dead ones, of which the second came to one service only', async () => {
  const good = await deadRelease();
  const dead = await prepareRelease(stage, { api: { version: 'dead too' } });
  // Lock, record, definition, update.
  const isBegun = { atChange: 4, arrives: true };
  expect(await killedAt(stage, isBegun, () => deploy(stage, dead, {}, { runId: '1002' }))).toBe('killed');
  await pass(300_000, stage.cloud.clock);
  const run = await deploy(stage, await prepareRelease(stage, failing), {}, { runId: '1003' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(runningDigests(stage)).toEqual(digestsOf(good));
});

test('a rollout that nobody saw the end of is nothing to return to', async () => {
  stage = await openStage({ manifest: twoServices });
  const good = await prepareRelease(stage);
  await deploy(stage, good, {}, { runId: '1000' });
  const slow = await prepareRelease(stage, { api: { version: 'slow' }, web: { version: 'slow' } });
  stage.cloud.ecs.settings.provisioning = [70, 80];
  const late = await deploy(stage, slow, { 'wait-for-minutes': '1' }, { runId: '1001' });
  expect(late.outputs['verdict']).toBe('timed-out');
  stage.cloud.ecs.settings.provisioning = [5, 6];
  await pass(300_000, stage.cloud.clock);
  expect(runningDigests(stage)['shop-api']).toEqual([slow.images['api']]);
  const bad = await prepareRelease(stage, { web: { 'simulator.exit-code': '1' } });
  const run = await deploy(stage, bad, {}, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(runningDigests(stage)).toEqual(digestsOf(good));
});

test('a release that was good, and died before the head could say so, is what the next failure goes back to', async () => {
  stage = await openStage({ manifest: twoServices });
  await deploy(stage, await prepareRelease(stage), {}, { runId: '1000' });
  const second = await prepareRelease(stage, { api: { version: '2' }, web: { version: '2' } });
  const { handle } = stage.cloud;
  const died = new Promise<'died'>((resolve) => {
    const mortal: typeof handle = (request) => {
      const isHead = Buffer.from(request.body).includes('/shop/prod/release/head');
      if (!isHead || !(request.headers['x-amz-target'] ?? '').endsWith('.PutParameter')) return handle(request);
      resolve('died');
      return new Promise<never>(() => {});
    };
    Object.assign(stage.cloud, { handle: mortal });
  });
  expect(await Promise.race([deploy(stage, second, {}, { runId: '1001' }), died])).toBe('died');
  Object.assign(stage.cloud, { handle });
  await pass(300_000, stage.cloud.clock);
  // Api is what it was in the second release, so that its revision is the wanted one already.
  const { images } = await prepareRelease(stage, { web: { 'simulator.exit-code': '1' } });
  const third = { ...second.images, web: images['web'] ?? '' };
  const inputs = { ...second.inputs, images: JSON.stringify(third) };
  const run = await deploy(stage, { images: third, inputs }, {}, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(runningDigests(stage)).toEqual(digestsOf(second));
});
