import { afterEach, expect, test } from '@jest/globals';
import { readHead } from '../../../lib/aws/ledger/head.ts';
import { readAllReleases } from '../../../lib/aws/ledger/records.ts';
import { deploy, type Prepared, prepareRelease, runningDigests } from '../../../rehearsal/test/stage/release.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../simulator/clock.ts';
import { judge } from '../../../simulator/truth.ts';
import { killedAt } from './killed.ts';
import { twoServices } from './two-services.ts';

const where = { application: 'shop', environment: 'prod' };

let stage: Stage;
afterEach(() => stage.close());

/** How often each service was really updated or created since a moment. */
function deploymentsSince(from: number): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { operation, status, parameters } of stage.calls.slice(from)) {
    if (status !== 200 || (operation !== 'UpdateService' && operation !== 'CreateService')) continue;
    const { service, serviceName } = parameters as { service?: string; serviceName?: string };
    const name = service ?? serviceName ?? '';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function expectFinishedOnce(run: StepRun, prepared: Prepared, from: number): void {
  expect(run.error).toBeUndefined();
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(deploymentsSince(from)).toEqual({ 'shop-api': 1, 'shop-web': 1 });
  expect(runningDigests(stage)).toEqual({ 'shop-api': [prepared.images['api']], 'shop-web': [prepared.images['web']] });
  const services = (run.report?.services ?? []).map(
    ({ service: name, digest, taskDefinition, deploymentId, running }) => {
      return { name, cluster: 'shop-prod', digest, taskDefinition, deploymentId, running };
    },
  );
  expect(judge(stage.cloud, { verdict: 'succeeded', services }).differences).toEqual([]);
}

/** Another release without resolving the configuration again: only the images differ. */
async function nextImages(prepared: Prepared, version: string): Promise<Prepared> {
  const images = { api: await stage.push('api', { version }), web: await stage.push('web', { version }) };
  return { images, inputs: { ...prepared.inputs, images: JSON.stringify(images) } };
}

// A change that is lost leaves AWS as a kill after the one before it does.
test('a deploy killed after any of its changes is finished once when it is run again', async () => {
  stage = await openStage({ manifest: twoServices });
  const initial = await prepareRelease(stage);
  await deploy(stage, initial, {}, { runId: '1000' });
  let atChange = 1;
  for (; ; atChange++) {
    const prepared = await nextImages(initial, String(atChange));
    const runId = String(1000 + atChange);
    const from = stage.calls.length;
    const first = await killedAt(stage, { atChange, arrives: true }, () => deploy(stage, prepared, {}, { runId }));
    if (first !== 'killed') break;
    await pass(20_000, stage.cloud.clock);
    const run = await deploy(stage, prepared, {}, { runId, runAttempt: 2 });
    expectFinishedOnce(run, prepared, from);
    expect((await readHead(stage.aws, where))?.current).toBe(run.outputs['release']);
  }
  expect(atChange).toBeGreaterThan(10);
}, 120_000);

test('a first release killed at any change is finished once when it is run again', async () => {
  for (const atChange of [2, 4, 5, 8]) {
    stage = await openStage({ manifest: twoServices });
    const prepared = await prepareRelease(stage);
    const from = stage.calls.length;
    const first = await killedAt(stage, { atChange, arrives: true }, () => deploy(stage, prepared));
    expect(first).toBe('killed');
    await pass(20_000, stage.cloud.clock);
    expectFinishedOnce(await deploy(stage, prepared, {}, { runAttempt: 2 }), prepared, from);
    if (atChange < 8) await stage.close();
  }
}, 120_000);

test('a run after a dead one takes a failure back to what was there before both', async () => {
  stage = await openStage({ manifest: twoServices });
  const good = await prepareRelease(stage);
  await deploy(stage, good, {}, { runId: '1000' });
  const dead = await nextImages(good, 'dead');
  // It has updated both services when it dies, and both come to run its images.
  const isBegun = { atChange: 7, arrives: true };
  expect(await killedAt(stage, isBegun, () => deploy(stage, dead, {}, { runId: '1001' }))).toBe('killed');
  await pass(300_000, stage.cloud.clock);
  expect(runningDigests(stage)['shop-api']).toEqual([dead.images['api']]);
  const bad = await prepareRelease(stage, { api: { version: 'bad' }, web: { 'simulator.exit-code': '1' } });
  const run = await deploy(stage, bad, {}, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(runningDigests(stage)).toEqual({ 'shop-api': [good.images['api']], 'shop-web': [good.images['web']] });
});

test('a killed release that has failed meanwhile is begun anew, and says how it ends', async () => {
  stage = await openStage({ manifest: twoServices });
  const good = await prepareRelease(stage);
  await deploy(stage, good, {}, { runId: '1000' });
  const bad = await prepareRelease(stage, { api: { 'simulator.exit-code': '1' } });
  const inTheMiddle = { atChange: 4, arrives: true };
  expect(await killedAt(stage, inTheMiddle, () => deploy(stage, bad, {}, { runId: '1001' }))).toBe('killed');
  await pass(30_000, stage.cloud.clock);
  const run = await deploy(stage, bad, {}, { runId: '1001', runAttempt: 2 });
  expect(run.outputs['verdict']).toBe('undone');
  expect(runningDigests(stage)).toEqual({ 'shop-api': [good.images['api']], 'shop-web': [good.images['web']] });
});

test('the same release by its id is gone on with from elsewhere, under the record that it had', async () => {
  stage = await openStage({ manifest: twoServices });
  const good = await prepareRelease(stage);
  await deploy(stage, good, {}, { runId: '1000' });
  const next = await nextImages(good, '2');
  const release = '20260101-cccccccccccc-1001-1';
  const from = stage.calls.length;
  const inTheMiddle = { atChange: 5, arrives: true };
  expect(await killedAt(stage, inTheMiddle, () => deploy(stage, next, { release }, { runId: '1001' }))).toBe('killed');
  const run = await deploy(stage, next, { release }, { runId: '1002' });
  expectFinishedOnce(run, next, from);
  expect(run.outputs['release']).toBe(release);
  expect((await readAllReleases(stage.aws, where)).map(({ id }) => id)).toHaveLength(2);
});

test('a green run that is run again only looks', async () => {
  stage = await openStage({ manifest: twoServices });
  const good = await prepareRelease(stage);
  const from = stage.calls.length;
  await deploy(stage, good);
  const run = await deploy(stage, good, {}, { runAttempt: 2 });
  expect(run.outputs['verdict']).toBe('succeeded');
  expectFinishedOnce(run, good, from);
});
