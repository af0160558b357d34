import { beforeEach, expect, test } from '@jest/globals';
import { preemptLock, takeLock } from '../ledger/lease.ts';
import { readLock } from '../ledger/lock.ts';
import { LockLost } from '../ledger/lock-lost.ts';
import { getParameter, putParameter } from '../ssm.ts';
import { type LedgerWorld, ledgerWorld, lockName, runName, where } from './ledger-world.ts';

let world: LedgerWorld;
beforeEach(() => {
  world = ledgerWorld();
});

const seconds = async (count: number) => world.clock.sleep(count * 1000);
const holder = async () => (await readLock(world.aws, where)).entry;

/** A change under the lock, of something that is not the lock. */
const change = (aws: LedgerWorld['aws'], value: string) =>
  putParameter(aws, { name: '/smartboard/prod/thing', value, overwrite: true });
const changed = async () => (await getParameter(world.aws, '/smartboard/prod/thing'))?.value;

test('a free lock is taken at once, and freed at the end', async () => {
  const lease = await takeLock(world.aws, world.wish('1'));
  expect(lease.waited).toBe(false);
  expect(await holder()).toMatchObject({ state: 'held', owner: { id: '1' }, purpose: 'deploy' });
  await lease.end();
  expect(await holder()).toMatchObject({ state: 'free' });
  await expect(change(lease.aws, 'late')).rejects.toBeInstanceOf(LockLost);
});

test('another run waits, told by whom, until the lock is free', async () => {
  const lease = await takeLock(world.aws, world.wish('1'));
  const other = takeLock(world.aws, world.wish('2'));
  await seconds(20);
  await lease.end();
  expect((await other).waited).toBe(true);
  expect(world.told).toEqual([expect.stringMatching(/run 1 of example\/smartboard by octocat \(https:.*\/runs\/1\)/)]);
});

test('of two runs that find it free at the same time one waits for the other', async () => {
  const first = takeLock(world.aws, world.wish('1'));
  const second = takeLock(world.aws, world.wish('2'));
  const lease = await Promise.race([first, second]);
  await seconds(20);
  await lease.end();
  const [one, other] = await Promise.all([first, second]);
  expect(Number(one.waited) + Number(other.waited)).toBe(1);
});

test('the wait has an end, and its error names owner and run', async () => {
  const lease = await takeLock(world.aws, world.wish('1'));
  const other = takeLock(world.aws, world.wish('2', { waitForMs: 60_000 }));
  const beats = (async () => {
    for (let beat = 0; beat < 20; beat++) await seconds(7).then(() => lease.heartbeat());
  })();
  await expect(other).rejects.toMatchObject({ code: 'E_STATE', message: expect.stringContaining('/runs/1') });
  await beats;
});

test('a later step of the same attempt shares the lock at once, and the step before may not go on', async () => {
  const first = await takeLock(world.aws, world.wish('1', { purpose: 'migrate' }));
  const second = await takeLock(world.aws, world.wish('1'));
  expect(second.waited).toBe(false);
  await change(second.aws, 'second');
  await seconds(6);
  await expect(change(first.aws, 'first')).rejects.toMatchObject({ kind: 'taken-over' });
  expect(await changed()).toBe('second');
});

test('a later attempt takes over at once and looks at everything afresh; an earlier one does not come back', async () => {
  await takeLock(world.aws, world.wish('1'));
  const again = await takeLock(world.aws, world.wish('1', { owner: runName('1', 2) }));
  expect(again.waited).toBe(true);
  await expect(takeLock(world.aws, world.wish('1', { waitForMs: 1_000 }))).rejects.toMatchObject({ code: 'E_STATE' });
});

test('two runs on laptops are not the same run', async () => {
  const laptop = { ...runName('local'), repository: 'local' };
  await takeLock(world.aws, world.wish('local', { owner: laptop }));
  const other = takeLock(world.aws, world.wish('local', { owner: laptop, waitForMs: 1_000 }));
  await expect(other).rejects.toMatchObject({ message: expect.stringContaining('outside of GitHub') });
});

test('a dead owner is taken over 150 seconds after its last renewal, not before', async () => {
  await takeLock(world.aws, world.wish('1'));
  const from = world.clock.now();
  const lease = await takeLock(world.aws, world.wish('2', { waitForMs: 100_000 }));
  const tookMs = world.clock.now() - from;
  expect(tookMs).toBeGreaterThanOrEqual(149_000);
  expect(tookMs).toBeLessThan(160_000);
  expect(lease.waited).toBe(true);
  expect(world.told.at(-1)).toContain('has not been heard of');
});

test('a dead owner of an hour ago is taken over at once', async () => {
  await takeLock(world.aws, world.wish('1'));
  await seconds(3600);
  const from = world.clock.now();
  expect((await takeLock(world.aws, world.wish('2'))).waited).toBe(true);
  expect(world.clock.now() - from).toBeLessThan(1_000);
});

test('a lock is renewed by heartbeats every half minute, looking every seven seconds, 500 times over', async () => {
  const lease = await takeLock(world.aws, world.wish('1'));
  world.calls.length = 0;
  for (let beat = 0; beat < 60; beat++) {
    await seconds(2);
    await lease.heartbeat();
  }
  expect((await holder())?.renewals).toBe(3);
  expect(world.calls.length).toBeLessThanOrEqual(120 / 7 + 2 * 3);
  while (((await holder())?.renewals ?? 0) < 500) await seconds(30).then(() => lease.heartbeat());
  await change(lease.aws, 'still ours');
  const taken = await preemptLock(world.aws, rollback('2'));
  await change(taken.aws, 'rolled back');
  expect(await changed()).toBe('rolled back');
});

test('changes that begin side by side share one look at the lock', async () => {
  const lease = await takeLock(world.aws, world.wish('1'));
  await seconds(6);
  world.calls.length = 0;
  await Promise.all(Array.from({ length: 9 }, (_, at) => change(lease.aws, String(at))));
  expect(world.calls.filter(({ operation }) => operation === 'GetParameter')).toHaveLength(1);
});

test('an owner that was frozen past its expiry changes nothing, though nobody has taken its lock', async () => {
  const lease = await takeLock(world.aws, world.wish('1'));
  await seconds(100);
  await expect(change(lease.aws, 'thawed')).rejects.toMatchObject({ kind: 'expired' });
  expect(await changed()).toBeUndefined();
});

test('an owner that was frozen and taken over says by whom', async () => {
  const lease = await takeLock(world.aws, world.wish('1'));
  const other = await takeLock(world.aws, world.wish('2'));
  await expect(change(lease.aws, 'thawed')).rejects.toMatchObject({ kind: 'taken-over', by: { id: '2' } });
  await lease.end();
  await change(other.aws, 'other');
  expect(await changed()).toBe('other');
});

test('a run that is watching renews an expired lock that nobody has taken', async () => {
  const lease = await takeLock(world.aws, world.wish('1'));
  await seconds(100);
  await lease.heartbeat();
  await change(lease.aws, 'went on');
  expect(await changed()).toBe('went on');
});

const rollback = (id: string) => ({ ...world.wish(id, { purpose: 'rollback' }), reason: 'the page is blank' });

test('a pre-empted owner stops at its next poll and frees the lock, which a queued run does not get', async () => {
  const lease = await takeLock(world.aws, world.wish('1'));
  const queued = takeLock(world.aws, world.wish('3'));
  await seconds(1);
  const from = world.clock.now();
  const taking = preemptLock(world.aws, rollback('2'));
  const beats = (async () => {
    for (;;) await seconds(2).then(() => lease.heartbeat());
  })();
  await expect(beats).rejects.toMatchObject({ kind: 'pre-empted', by: { id: '2' } });
  const taken = await taking;
  expect(taken.waited).toBe(true);
  expect(world.clock.now() - from).toBeLessThan(12_000);
  await expect(change(lease.aws, 'late')).rejects.toBeInstanceOf(LockLost);
  await taken.end();
  await queued;
});

test('a pre-emption that nobody acknowledges waits fifteen seconds and no longer', async () => {
  await takeLock(world.aws, world.wish('1'));
  const from = world.clock.now();
  await preemptLock(world.aws, rollback('2'));
  expect(world.clock.now() - from).toBeGreaterThanOrEqual(15_000);
  expect(world.clock.now() - from).toBeLessThan(17_000);
});

test('a second rollback waits for the first instead of stopping it', async () => {
  const first = await preemptLock(world.aws, rollback('1'));
  const second = preemptLock(world.aws, rollback('2'));
  await seconds(20);
  await first.heartbeat();
  await first.end();
  expect((await second).waited).toBe(true);
});

test.each([
  ['lost after it arrived', { kind: 'reset-after' as const, nth: 1 }],
  ['lost before it arrived', { kind: 'reset' as const, nth: 1 }],
  ['refused with TooManyUpdates', { kind: 'error' as const, code: 'TooManyUpdates', to: 3 }],
  ['cut off every other time', { kind: 'truncate' as const, every: 2 }],
])('an answer to PutParameter that is %s neither loses the lock nor gives it to two', async (_title, fault) => {
  world.cloud.setFaults([{ operation: 'ssm:PutParameter', ...fault }]);
  const lease = await takeLock(world.aws, world.wish('1'));
  await seconds(40);
  await lease.heartbeat();
  await change(lease.aws, 'ours');
  expect(await holder()).toMatchObject({ owner: { id: '1' }, renewals: 1 });
  await expect(takeLock(world.aws, world.wish('2', { waitForMs: 1_000 }))).rejects.toMatchObject({ code: 'E_STATE' });
});

test('reads and histories that lag behind are asked again', async () => {
  world.cloud.ssm.settings.readLagSeconds = 2;
  world.cloud.ssm.settings.historyLagSeconds = 3;
  world.cloud.setFaults([{ operation: 'ssm:PutParameter', kind: 'reset-after', nth: 1 }]);
  const lease = await takeLock(world.aws, world.wish('1'));
  await seconds(40);
  await lease.heartbeat();
  await change(lease.aws, 'ours');
  await lease.end();
  const other = await takeLock(world.aws, world.wish('2'));
  await expect(change(lease.aws, 'late')).rejects.toBeInstanceOf(LockLost);
  await change(other.aws, 'other');
});

test('a Parameter Store that is away during a watch fails nothing', async () => {
  const lease = await takeLock(world.aws, world.wish('1'));
  world.cloud.setFaults([{ operation: 'ssm:*', kind: 'server-error', until: 200 }]);
  for (let beat = 0; beat < 12; beat++) await seconds(10).then(() => lease.heartbeat());
  await seconds(90);
  await lease.heartbeat();
  await change(lease.aws, 'went on');
  expect(await changed()).toBe('went on');
});

test('without the time of SSM an owner is taken for dead only after it has been watched for as long', async () => {
  await takeLock(world.aws, world.wish('1'));
  await seconds(3600);
  const handle = world.cloud.handle;
  Object.assign(world.cloud, {
    handle: async (request: Parameters<typeof handle>[0]) => {
      const answer = await handle(request);
      return { ...answer, headers: { ...answer.headers, date: 'unknown' } };
    },
  });
  const from = world.clock.now();
  await takeLock(world.openSession(), world.wish('2'));
  expect(world.clock.now() - from).toBeGreaterThanOrEqual(150_000);
});

test('a lock that this version did not write is an error, not a free lock', async () => {
  await putParameter(world.aws, { name: lockName, value: '{"schema":2}', overwrite: true });
  await expect(takeLock(world.aws, world.wish('1'))).rejects.toMatchObject({ code: 'E_STATE' });
});
