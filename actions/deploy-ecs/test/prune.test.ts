import { ListTagsForResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploy, type Labels, type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { ecsOf, rewriteManifest, serviceOf } from './by-others.ts';
import { recordsOf } from './ledger-of.ts';

const withoutWorker = smallManifest.replace(/ {2}worker:[\s\S]*?(?=database:)/, '');

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  await deploy(stage, await prepareRelease(stage));
  await rewriteManifest(stage, withoutWorker);
});
afterEach(() => stage.close());

/** Images of what the manifest still has. */
async function prepare(labels: Readonly<Record<string, Labels>> = {}): Promise<Prepared> {
  const { images, inputs } = await prepareRelease(stage, labels);
  const { worker: _worker, ...kept } = images;
  return { images: kept, inputs: { ...inputs, images: JSON.stringify(kept) } };
}

const both = { services: 'svc-auth,web' };

test('a service that the manifest no longer has is named by the plan and left alone', async () => {
  const run = await deploy(stage, await prepare(), both, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(run.lines.join('\n')).toMatch(/smartboard-worker.*manifest/);
  expect((await serviceOf(stage, 'worker'))?.runningCount).toBe(1);
});

test('with prune it is scaled to nothing and deleted, after the release is good', async () => {
  const prepared = await prepare({ web: { version: '2' } });
  stage.forgetCalls();
  const run = await deploy(stage, prepared, { ...both, prune: 'true' }, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(run.outputs['verdict']).toBe('succeeded');
  expect((await serviceOf(stage, 'worker'))?.status).not.toBe('ACTIVE');
  const writes = stage.writes();
  expect(writes.filter((name) => name === 'DeleteService')).toHaveLength(1);
  expect(writes.indexOf('DeleteService')).toBeGreaterThan(writes.lastIndexOf('UpdateService'));
  const [record] = await recordsOf(stage);
  expect(Object.keys(record?.services ?? {})).toEqual(['svc-auth', 'web']);
  const again = await deploy(stage, prepared, { ...both, prune: 'true' }, { runId: '1003' });
  expect(again.error).toBeUndefined();
  expect(stage.writes().filter((name) => name === 'DeleteService')).toHaveLength(1);
});

test('a release that fails deletes nothing', async () => {
  const prepared = await prepare({ web: { 'simulator.exit-code': '1' } });
  const run = await deploy(stage, prepared, { ...both, prune: 'true' }, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expect((await serviceOf(stage, 'worker'))?.runningCount).toBe(1);
});

test('a service that cannot be deleted is a warning, and the release stays good', async () => {
  const prepared = await prepare();
  stage.setFaults([{ operation: 'ecs:DeleteService', kind: 'error', code: 'AccessDeniedException', status: 400 }]);
  const run = await deploy(stage, prepared, { ...both, prune: 'true' }, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.warnings.join('\n')).toMatch(/smartboard-worker was not deleted: ecs:DeleteService/);
});

test('tasks that take minutes to end keep the lock alive, and the release in the ledger', async () => {
  stage.cloud.ecs.settings.stopping = [170, 180];
  const prepared = await prepare();
  const run = await deploy(stage, prepared, { ...both, prune: 'true' }, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(run.warnings.join('\n')).not.toMatch(/deleted|not everything/);
  expect((await serviceOf(stage, 'worker'))?.status).not.toBe('ACTIVE');
  const [record] = await recordsOf(stage);
  expect(record?.verdict).toBe('succeeded');
});

test.each(['reset-after', 'server-error-after', 'reset'] as const)(
  'a DeleteService whose answer is lost (%s) is told as it is',
  async (kind) => {
    const prepared = await prepare();
    stage.setFaults([{ operation: 'ecs:DeleteService', kind, nth: 1 }]);
    const run = await deploy(stage, prepared, { ...both, prune: 'true' }, { runId: '1002' });
    expect(run.outputs['verdict']).toBe('succeeded');
    expect(run.warnings.join('\n')).not.toContain('deleted');
    expect((await serviceOf(stage, 'worker'))?.status).not.toBe('ACTIVE');
  },
);

test('a service without our tags is nobody that prune may touch', async () => {
  const { serviceArn = '' } = (await serviceOf(stage, 'worker')) ?? {};
  const ecs = ecsOf(stage);
  await ecs.send(new UntagResourceCommand({ resourceArn: serviceArn, tagKeys: ['slipway:application'] }));
  const { tags = [] } = await ecs.send(new ListTagsForResourceCommand({ resourceArn: serviceArn }));
  expect(tags.map(({ key }) => key)).toContain('slipway:environment');
  const run = await deploy(stage, await prepare(), { ...both, prune: 'true' }, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect((await serviceOf(stage, 'worker'))?.runningCount).toBe(1);
});

test('a service of the manifest that a release leaves out is not deleted', async () => {
  await rewriteManifest(stage, smallManifest);
  const run = await deploy(stage, await prepareRelease(stage), { ...both, prune: 'true' }, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect((await serviceOf(stage, 'worker'))?.runningCount).toBe(1);
});
