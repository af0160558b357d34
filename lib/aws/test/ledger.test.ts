import { beforeEach, expect, test } from '@jest/globals';
import { clockOf, inProcess } from '../../../rehearsal/in-process.ts';
import { simulateAws } from '../../../simulator/aws.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import type { ReleaseRecord } from '../../core/release.ts';
import { changeHead, readHead, readRelease, readReleases, writeRelease } from '../ledger.ts';
import { type Aws, openAws } from '../session.ts';
import { getParameter, putParameter } from '../ssm.ts';

const where = { application: 'smartboard', environment: 'prod' };
const path = '/smartboard/prod/release/head';

let cloud: ReturnType<typeof simulateAws>;
let aws: Aws;
let nonces = 0;
const nonce = () => `nonce-${nonces++}`;

beforeEach(() => {
  const clock = virtualClock();
  cloud = simulateAws({ clock });
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

function record(id: string): ReleaseRecord {
  const run = { repository: 'example/smartboard', id: '1', attempt: 1 };
  return { schema: 1, id, commit: '', run, at: '', verdict: 'succeeded', cluster: 'c', services: {} };
}

test('a record is written once and read back, in the order asked for', async () => {
  expect(await writeRelease(aws, where, record('one'))).toBe('written');
  expect(await writeRelease(aws, where, { ...record('one'), verdict: 'undone' })).toBe('exists');
  await writeRelease(aws, where, record('two'));
  expect(await readRelease(aws, where, 'one')).toMatchObject({ verdict: 'succeeded' });
  expect((await readReleases(aws, where, ['two', 'gone', 'one'])).map(({ id }) => id)).toEqual(['two', 'one']);
});
