import { beforeEach, expect, test } from '@jest/globals';
import { clockOf, inProcess } from '../../../rehearsal/in-process.ts';
import { simulateAws } from '../../../simulator/aws.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import type { ReleaseBegun } from '../../core/ledger.ts';
import { changeHead, readHead } from '../ledger/head.ts';
import { beginRelease, extendRelease, readRelease, readReleases } from '../ledger/records.ts';
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
