import { beforeEach, expect, test } from '@jest/globals';
import { clockOf, inProcess } from '../../../rehearsal/in-process.ts';
import { simulateAws } from '../../../simulator/aws.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import type { ReleaseBegun } from '../../core/ledger.ts';
import { changeHead, readHead } from '../ledger/head.ts';
import { readAttempts, writeAttempt } from '../ledger/migrations.ts';
import { pruneReleases } from '../ledger/prune.ts';
import { beginRelease, extendRelease, readAllReleases, readRelease, readReleases } from '../ledger/records.ts';
import { type Aws, openAws } from '../session.ts';
import { getParameter, putParameter } from '../ssm.ts';

const where = { application: 'smartboard', environment: 'prod' };
const path = '/smartboard/prod/release/head';

let cloud: ReturnType<typeof simulateAws>;
let aws: Aws;
let calls = 0;
let nonces = 0;
const nonce = () => `nonce-${nonces++}`;

beforeEach(() => {
  const clock = virtualClock();
  cloud = simulateAws({ clock, log: () => calls++ });
  const keys = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
  aws = openAws({
    region: 'eu-west-1',
    credentials: async () => keys,
    requestHandler: inProcess(cloud),
    clock: clockOf(clock),
    chance: () => 0.5,
    log: { info() {}, warn() {}, group: (_title, work) => work() },
  });
});

const release = (id: string) =>
  changeHead(aws, where, { decide: (head) => ({ current: id, good: [id, ...(head?.good ?? [])] }), nonce });

test('there is no head before the first release', async () => {
  expect(await readHead(aws, where)).toBeUndefined();
});

test('each entry is decided on the version before it', async () => {
  await release('one');
  expect(await release('two')).toMatchObject({ current: 'two', good: ['two', 'one'], after: 1 });
});

test('of two writers at the same time none is lost', async () => {
  await Promise.all([release('one'), release('two'), release('three')]);
  expect(new Set((await readHead(aws, where))?.good)).toEqual(new Set(['one', 'two', 'three']));
});

test('an entry that was decided on an old version is void for every reader', async () => {
  await release('one');
  await release('two');
  const late = { schema: 1, current: 'late', good: ['late'], nonce: 'late', after: 1 };
  await putParameter(aws, { name: path, value: JSON.stringify(late), overwrite: true });
  expect(await readHead(aws, where)).toMatchObject({ current: 'two' });
  expect(await release('three')).toMatchObject({ good: ['three', 'two', 'one'], after: 3 });
});

test('an answer that is lost and repeated by us counts once', async () => {
  cloud.setFaults([{ operation: 'ssm:PutParameter', kind: 'reset-after', nth: 1 }]);
  await release('one');
  expect(await readHead(aws, where)).toMatchObject({ current: 'one', good: ['one'] });
  expect((await getParameter(aws, path))?.version).toBe(2);
});

test('survives more versions than SSM keeps', async () => {
  for (let count = 0; count < 120; count++) await release(`release-${count}`);
  expect(await readHead(aws, where)).toMatchObject({ current: 'release-119' });
});

test('an entry that this version did not write is an error, not an empty ledger', async () => {
  await putParameter(aws, { name: path, value: '{"schema":2}', overwrite: true });
  await expect(readHead(aws, where)).rejects.toMatchObject({ code: 'E_STATE' });
});

function begun(id: string): ReleaseBegun {
  const run = { repository: 'example/smartboard', workflow: '', id: '1', number: 1, attempt: 1, actor: 'octocat' };
  const scope = { account: '111122223333', region: 'eu-west-1', cluster: 'smartboard-prod' };
  return { schema: 1, id, operation: 'deploy', commit: '', run, at: '', ...scope, previous: undefined, before: {} };
}

test('a record is begun once, extended part by part, and read back in the order asked for', async () => {
  const web = { service: 'smartboard-web', repository: 'smartboard-web', digest: 'sha256:1', taskDefinition: 'web:1' };
  expect(await beginRelease(aws, where, begun('one'))).toBe('written');
  expect(await beginRelease(aws, where, { ...begun('one'), commit: 'other' })).toBe('exists');
  expect(await readRelease(aws, where, 'one')).toMatchObject({ commit: '', verdict: undefined, services: {} });
  await extendRelease(aws, where, 'one', { services: { web } });
  await extendRelease(aws, where, 'one', { verdict: 'succeeded' });
  await beginRelease(aws, where, begun('two'));
  expect(await readRelease(aws, where, 'one')).toMatchObject({ verdict: 'succeeded', services: { web } });
  expect((await readReleases(aws, where, ['two', 'gone', 'one'])).map(({ id }) => id)).toEqual(['two', 'one']);
});

const digest = `sha256:${'a'.repeat(64)}`;
const hundred = Array.from({ length: 100 }, (_, at) => `service-${at}`);
const released = (name: string) => ({
  service: `smartboard-${name}`,
  repository: `smartboard-${name}`,
  digest,
  taskDefinition: `arn:aws:ecs:eu-west-1:111122223333:task-definition/smartboard-prod-${name}:17`,
});
const found = (name: string) => ({
  ...released(name),
  deploymentId: 'ecs-svc/1234567890123456789',
  goesBackTo: undefined,
});

test('a record of a hundred services is kept in pieces that SSM takes, and read as one', async () => {
  const before = Object.fromEntries(hundred.map((name) => [name, found(name)]));
  const services = Object.fromEntries(hundred.map((name) => [name, released(name)]));
  expect(await beginRelease(aws, where, { ...begun('one'), before })).toBe('written');
  await extendRelease(aws, where, 'one', { verdict: 'succeeded', services });
  const record = await readRelease(aws, where, 'one');
  expect(Object.keys(record?.before ?? {})).toEqual(hundred);
  expect(record?.services).toEqual(services);
  expect(record?.verdict).toBe('succeeded');
});

test('the verdict of a record in pieces is written last', async () => {
  const services = Object.fromEntries(hundred.map((name) => [name, released(name)]));
  await beginRelease(aws, where, begun('one'));
  cloud.setFaults([
    { operation: 'ssm:PutParameter', kind: 'error', code: 'AccessDeniedException', status: 400, from: 3 },
  ]);
  await expect(extendRelease(aws, where, 'one', { verdict: 'succeeded', services })).rejects.toThrow('PutParameter');
  expect((await readRelease(aws, where, 'one'))?.verdict).toBeUndefined();
});

/** `count` good releases, a day apart, of which the newest are the last. */
async function manyReleases(count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, at) => `release-${String(at).padStart(2, '0')}`);
  for (const [at, id] of ids.entries()) {
    await beginRelease(aws, where, { ...begun(id), at: new Date(Date.UTC(2026, 0, 1 + at)).toISOString() });
    await extendRelease(aws, where, id, { verdict: 'succeeded' });
  }
  return ids;
}

test('old records go, except those that the head names, whatever for', async () => {
  const ids = await manyReleases(30);
  const at = '2026-01-01T00:00:00Z';
  await changeHead(aws, where, {
    nonce,
    decide: () => ({
      current: ids[29],
      good: [ids[29] ?? '', ids[2] ?? ''],
      hold: { from: ids[3], to: ids[4] ?? '', reason: '', by: '', at },
      floor: { release: ids[5] ?? '', at },
      left: [{ release: ids[6] ?? '', reason: '', at }],
    }),
  });
  await putParameter(aws, { name: '/smartboard/prod/releases/foreign', value: '{"schema":7}', overwrite: false });
  await pruneReleases(aws, where);
  const kept = (await readAllReleases(aws, where)).map(({ id }) => id).toSorted();
  expect(kept).toEqual([...ids.slice(2, 7), ...ids.slice(10)]);
  expect(await getParameter(aws, '/smartboard/prod/releases/foreign')).toBeDefined();
  expect(await getParameter(aws, `/smartboard/prod/releases/${ids[0]}/1`)).toBeUndefined();
});

test('twenty records are read in a few calls, not in two each', async () => {
  const ids = await manyReleases(20);
  calls = 0;
  expect((await readReleases(aws, where, ids)).map(({ id }) => id)).toEqual(ids);
  expect(calls).toBeLessThanOrEqual(5);
});

test('a head and a history that lag behind lose no entry', async () => {
  cloud.ssm.settings.readLagSeconds = 2;
  cloud.ssm.settings.historyLagSeconds = 3;
  await release('one');
  cloud.setFaults([{ operation: 'ssm:PutParameter', kind: 'reset-after', nth: 1 }]);
  // The head that was read may be old: then the decision is void, and made again.
  await release('two');
  cloud.ssm.settings.readLagSeconds = 0;
  expect(await readHead(aws, where)).toMatchObject({ current: 'two', good: ['two', 'one'] });
});

test('an entry that was sent again and again is followed by the next one, though reads do not show its copies yet', async () => {
  cloud.ssm.settings.readLagSeconds = 1;
  cloud.setFaults([{ operation: 'ssm:PutParameter', kind: 'server-error-after', to: 3 }]);
  const name = '/smartboard/prod/migrations/svc-auth/0-0123456789abcdef';
  const run = { repository: 'a/b', workflow: '', id: '1', number: 1, attempt: 1, actor: '' };
  const attempt = { number: 1, token: 't', taskDefinition: 'm:1', at: '2026-01-01T00:00:00Z', run };
  const before = await writeAttempt(aws, name, { before: await readAttempts(aws, name), attempt, nonce: nonce() });
  const after = await writeAttempt(aws, name, { before, attempt: { ...attempt, taskArn: 'arn' }, nonce: nonce() });
  expect(after).toMatchObject({ attempts: [{ taskArn: 'arn' }], version: 5 });
});
