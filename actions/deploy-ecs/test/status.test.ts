import { readFile } from 'node:fs/promises';
import { DeleteServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inProcess } from '../../../rehearsal/in-process.ts';
import { deploy, operate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../simulator/clock.ts';
import type { StatusReport } from '../src/status/report.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
});
afterEach(() => stage.close());

async function status(others: Readonly<Record<string, string>> = {}) {
  const run = await operate(stage, { operation: 'status', ...others });
  expect(run.error).toBeUndefined();
  const report = JSON.parse(await readFile(run.outputs['report'] ?? '', 'utf8')) as StatusReport;
  return { ...run, told: report, driftOf: (name: string) => report.services.find((one) => one.name === name)?.drift };
}

const release = async (version: string) =>
  deploy(stage, await prepareRelease(stage, { web: { version } }), {}, { runId: version, commit: version.repeat(40) });

test('an environment as it was released has no drift; its report is JSON, and there is no verdict', async () => {
  const { outputs } = await release('1');
  stage.forgetCalls();
  const { told, outputs: own, summary } = await status();
  expect(told).toMatchObject({ operation: 'status', release: outputs['release'], cluster: 'smartboard-prod' });
  expect(told.services.map(({ name, drift, running }) => [name, drift, running])).toEqual([
    ['svc-auth', [], 1],
    ['web', [], 1],
    ['worker', [], 1],
  ]);
  expect(own['verdict']).toBeUndefined();
  expect(summary).toContain('as released');
  expect(stage.writes()).toEqual([]);
});

test('before the first release everything is absent', async () => {
  const { told, driftOf } = await status();
  expect(told.release).toBeUndefined();
  expect(driftOf('web')).toEqual(['not released yet']);
});

test('drift is named: another revision and image, a count of 0, a service that is gone', async () => {
  await release('1');
  await stage.byHand.deploy('web', await stage.push('web', { version: 'by hand' }));
  await stage.byHand.scale('svc-auth', 0);
  const credentials = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
  const ecs = new ECSClient({ region: 'eu-west-1', credentials, requestHandler: inProcess(stage.cloud) });
  await ecs.send(new DeleteServiceCommand({ cluster: 'smartboard-prod', service: 'smartboard-worker', force: true }));
  const early = await status();
  expect(early.driftOf('web')).toContainEqual(expect.stringMatching(/^someone else deploys it: ecs-svc/));
  await pass(120_000, stage.cloud.clock);
  const { driftOf, lines } = await status();
  expect(driftOf('web')).toEqual([
    'differs: smartboard-prod-web:1 was released',
    expect.stringMatching(/^image sha256:\w+, sha256:\w+ was released$/),
  ]);
  expect(driftOf('svc-auth')).toEqual(['its desired count is 0']);
  expect(driftOf('worker')).toEqual(['released, but gone']);
  expect(lines.find((line) => line.startsWith('web:'))).toContain('differs: smartboard-prod-web:1 was released');
});

test('a service that no release has brought is named', async () => {
  await deploy(stage, await prepareRelease(stage), { services: 'svc-auth,web' }, { runId: '1' });
  expect((await status()).driftOf('worker')).toEqual(['not released yet']);
});

test('a release that is under way is named with the lock that it has, and no drift is made of it', async () => {
  await release('1');
  const prepared = await prepareRelease(stage, { web: { version: '2' } });
  let running: Promise<StepRun> | undefined;
  await new Promise<void>((resolve) => {
    const onLine = (line: string) => line.startsWith('web: updated') && resolve();
    running = deploy(stage, prepared, {}, { runId: '2', commit: '2'.repeat(40), onLine });
  });
  const { told, lines } = await status();
  expect(told.lock).toMatchObject({ alive: true, purpose: 'deploy', by: expect.stringContaining('run 2') });
  expect(told.unfinished).toMatchObject({ what: 'is under way' });
  expect(told.unfinished?.next).toBeUndefined();
  expect(lines.join('\n')).not.toContain('someone else deploys');
  expect((await running)?.outputs['verdict']).toBe('succeeded');
});

test('a hold is named with the way to end it', async () => {
  await release('1');
  await release('2');
  await operate(stage, { operation: 'rollback', reason: 'the page is blank' });
  const { told, lines } = await status();
  expect(told.hold).toMatchObject({ reason: 'the page is blank' });
  expect(lines).toContainEqual(expect.stringMatching(/^Hold: .*the page is blank.*`operation: resume`/));
  expect(told.services.every(({ drift }) => drift.length === 0)).toBe(true);
});

test('a release that was cut off is named with the command that goes on, and its lock is dead after a while', async () => {
  await release('1');
  const cancel = new AbortController();
  await deploy(
    stage,
    await prepareRelease(stage, { web: { version: '2' } }),
    {},
    {
      runId: '2',
      signal: cancel.signal,
      onLine: (line) => line.startsWith('web:') && cancel.abort(new Error('killed')),
    },
  );
  const early = await status();
  expect(early.told.lock).toMatchObject({ alive: true });
  await pass(160_000, stage.cloud.clock);
  const { told, lines } = await status();
  expect(told.lock).toMatchObject({ alive: false });
  expect(told.unfinished).toMatchObject({ what: 'was cut off', release: expect.stringContaining('-2-1') });
  expect(lines).toContainEqual(expect.stringMatching(/^Not finished: deploy \S+-2-1 /));
});
