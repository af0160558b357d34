import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readRelease } from '../../../lib/aws/ledger/records.ts';
import { deploy, operate, prepareRelease, runningDigests } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
});
afterEach(() => stage.close());

/** Parameters of the ledger in the order they were written. */
function ledgerWrites(from: number): readonly string[] {
  return stage.calls
    .slice(from)
    .filter(({ operation }) => operation === 'PutParameter')
    .map(({ parameters }) => (parameters as { Name: string }).Name.replace('/smartboard/prod/', ''));
}

test('creates every service on the first release, in waves, and writes the ledger', async () => {
  const prepared = await prepareRelease(stage);
  stage.forgetCalls();
  const from = stage.calls.length;
  const run = await deploy(stage, prepared);
  expect(run.error).toBeUndefined();
  expect(run.outputs['verdict']).toBe('succeeded');
  const { images } = prepared;
  expect(runningDigests(stage)).toEqual({
    'smartboard-svc-auth': [images['svc-auth']],
    'smartboard-web': [images['web']],
    'smartboard-worker': [images['worker']],
  });
  expect(stage.writes().filter((name) => name !== 'PutParameter')).toEqual([
    ...Array(2).fill('RegisterTaskDefinition'),
    ...Array(2).fill('CreateService'),
    'RegisterTaskDefinition',
    'CreateService',
    ...Array(3).fill('PutImage'),
  ]);
  const release = run.outputs['release'] ?? '';
  expect([...new Set(ledgerWrites(from))]).toEqual([
    'release/lock',
    `releases/${release}`,
    `releases/${release}/1`,
    'release/head',
  ]);
  expect(ledgerWrites(from).at(-1)).toBe('release/lock');
});

test('the record says which configuration it was, and which derived secrets its tasks ask for', async () => {
  const run = await deploy(stage, await prepareRelease(stage));
  const where = { application: 'smartboard', environment: 'prod' };
  const record = await readRelease(stage.aws, where, run.outputs['release'] ?? '');
  expect(record).toMatchObject({ verdict: 'succeeded', fingerprint: expect.stringMatching(/^[0-9a-f]{16,}/) });
  const derived = expect.stringMatching(/^smartboard\/prod\/derived\/svc-auth\/DATABASE_URL_AUTH-/);
  expect(record?.services['svc-auth']?.derived).toContainEqual(derived);
  expect(record?.services['web']?.derived).toEqual([]);
});

test('updates only what differs on a second release, and restarts the rest by force', async () => {
  await deploy(stage, await prepareRelease(stage));
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  stage.forgetCalls();
  const run = await deploy(stage, prepared);
  expect(run.error).toBeUndefined();
  expect(run.report?.services.map(({ name, change }) => [name, change])).toEqual([
    ['svc-auth', 'update'],
    ['web', 'restart'],
    ['worker', 'restart'],
  ]);
  expect(runningDigests(stage)['smartboard-svc-auth']).toEqual([prepared.images['svc-auth']]);
});

test('changes nothing without force when everything is as it should be', async () => {
  const prepared = await prepareRelease(stage);
  await deploy(stage, prepared);
  stage.forgetCalls();
  const from = stage.calls.length;
  const run = await deploy(stage, prepared, { 'force-new-deployment': 'false' }, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(run.outputs['verdict']).toBe('unchanged');
  expect(stage.writes().every((name) => name === 'PutParameter')).toBe(true);
  const release = run.outputs['release'] ?? '';
  expect(ledgerWrites(from)).toEqual([
    'release/lock',
    `releases/${release}`,
    `releases/${release}/1`,
    'release/head',
    'release/lock',
  ]);
});

test('takes all services back when the breaker trips on one, and says why', async () => {
  const good = await prepareRelease(stage);
  await deploy(stage, good);
  const bad = await prepareRelease(stage, {
    'svc-auth': { version: '2' },
    web: { 'simulator.exit-code': '1', 'simulator.log': 'Error: JWT_SECRET is not set' },
  });
  const run = await deploy(stage, bad);
  expect(run.error).toMatchObject({ code: 'E_STATE' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(runningDigests(stage)['smartboard-svc-auth']).toEqual([good.images['svc-auth']]);
  expect(runningDigests(stage)['smartboard-web']).toEqual([good.images['web']]);
  expect(run.report?.services.find(({ name }) => name === 'web')?.explanation.join('\n')).toContain(
    'JWT_SECRET is not set',
  );
});

test('rolls back to the last good release from the ledger', async () => {
  const first = await prepareRelease(stage);
  await deploy(stage, first);
  await deploy(stage, await prepareRelease(stage, { web: { version: '2' } }), {}, { runId: '1002' });
  const run = await operate(stage, { operation: 'rollback', reason: 'the page is blank' }, { runId: '1003' });
  expect(run.error).toBeUndefined();
  expect(run.outputs['verdict']).toBe('rolled-back');
  expect(runningDigests(stage)['smartboard-web']).toEqual([first.images['web']]);
});
