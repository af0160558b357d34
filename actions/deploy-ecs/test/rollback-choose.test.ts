import { expect, test } from '@jest/globals';
import type { Head, ReleaseRecord } from '../../../lib/core/ledger.ts';
import { chooseRollback } from '../src/rollback/choose.ts';
import { holdFor, standOn } from '../src/rollback/head.ts';

const record = (id: string, day: number, others: Partial<ReleaseRecord> = {}) =>
  ({
    id,
    operation: 'deploy',
    commit: id.replace('G', '').repeat(40).slice(0, 40),
    verdict: 'succeeded',
    at: `2026-01-0${day}T00:00:00.000Z`,
    services: {},
    before: {},
    ...others,
  }) as ReleaseRecord;

const [G1, G2, G3] = [record('G1', 1), record('G2', 2), record('G3', 3)] as const;
const head = (others: Partial<Head> = {}): Head => ({
  schema: 1,
  nonce: 'n',
  after: 1,
  current: 'G3',
  good: ['G3', 'G2', 'G1'],
  ...others,
});
const choose = (
  records: readonly ReleaseRecord[],
  wish: string | undefined,
  others: Partial<Head> = {},
  force = false,
) => chooseRollback({ head: head(others), records }, { release: wish, force });

/** What was begun on the fourth day and is newer than everything. */
const newest = (verdict: ReleaseRecord['verdict'], operation: 'deploy' | 'rollback' = 'deploy') =>
  record('N4', 4, { verdict, operation });

test.each([
  ['it is under way', undefined],
  ['nobody watched it to its end', 'timed-out'],
  ['another run stopped it', 'superseded'],
  ['its end is not known', 'unknown'],
] as const)(
  'what was begun last is what is left when %s: the last good release is the current one',
  (_title, verdict) => {
    expect(choose([newest(verdict), G3, G2, G1], undefined)).toMatchObject({ target: { id: 'G3' }, from: 'N4' });
  },
);

test.each(['undone', 'refused'] as const)('what was begun last and ended %s is not what runs', (verdict) => {
  expect(choose([newest(verdict), G3, G2, G1], undefined)).toMatchObject({ target: { id: 'G2' }, from: 'G3' });
});

test('a mixed release is left, though the head calls it current', () => {
  const chosen = choose([newest('mixed'), G3, G2, G1], undefined, { current: 'N4' });
  expect(chosen).toMatchObject({ target: { id: 'G3' }, from: 'N4' });
});

test('a rollback that died is gone on with, not rolled back', () => {
  const died = { ...holdFor(head(), { from: 'G3', to: 'G2', reason: 'r', by: 'b', at: '2026-01-04T00:00:00Z' }) };
  const records = [newest(undefined, 'rollback'), G3, G2, G1];
  expect(choose(records, undefined, died)).toMatchObject({ target: { id: 'G2' }, from: 'G3' });
  expect(choose(records, 'G1', died)).toMatchObject({ target: { id: 'G1' }, from: 'G3' });
});

test.each([
  ['never was good', 'N4', {}, false, 'E_STATE'],
  ['never was good, even by force', 'N4', { left: [{ release: 'N4', reason: 'r', at: '' }] }, true, 'E_STATE'],
  ['is the one that is left', 'G3', {}, true, 'E_STATE'],
  [
    'was left by a rollback',
    'G2',
    { good: ['G3', 'G1'], left: [{ release: 'G2', reason: 'r', at: '' }] },
    false,
    'E_POLICY',
  ],
  ['is from before a contract migration', 'G1', { floor: { release: 'G2', at: '' } }, true, 'E_STATE'],
] as const)('a release that %s is refused', (_title, wish, others, force, code) => {
  const records = [newest('undone'), G3, G2, G1];
  expect(() => choose(records, wish, others as unknown as Partial<Head>, force)).toThrow(
    expect.objectContaining({ code }),
  );
});

test('the floor itself fits, and so does what came after it', () => {
  const floor = { floor: { release: 'G2', at: '2026-01-02T12:00:00Z' } };
  expect(choose([G3, G2, G1], 'G2', floor).target.id).toBe('G2');
  expect(() => choose([G3, G2, G1], '1111111', floor)).toThrow('before a contract migration');
  // Its record is not kept any more: the time at which the migration ran decides.
  expect(() => choose([G3, G1], 'G1', floor)).toThrow('before a contract migration');
});

test('by force one goes back to what was left, and it is good again', () => {
  const others = { good: ['G3', 'G1'], left: [{ release: 'G2', reason: 'r', at: '' }] };
  const { target, from } = choose([G3, G2, G1], 'G2', others, true);
  expect(target.id).toBe('G2');
  const after = standOn(
    { ...head(), ...holdFor(head(others), { from, to: 'G2', reason: 'again', by: 'b', at: 'now' }) },
    'G2',
  );
  expect(after).toMatchObject({ current: 'G2', good: ['G2', 'G1'], left: [{ release: 'G3', reason: 'again' }] });
});

test('a commit names the newest good release of it, and two commits that begin alike are no answer', () => {
  const commits = { a: 'abcdef0'.padEnd(40, '1'), b: 'abcdef0'.padEnd(40, '2') };
  const records = [
    record('G3', 3, { commit: commits.b }),
    record('G2', 2, { commit: commits.a }),
    record('G1', 1, { commit: commits.a }),
  ];
  expect(choose(records, commits.a.slice(0, 12)).target.id).toBe('G2');
  expect(() => choose(records, 'abcdef0')).toThrow(expect.objectContaining({ code: 'E_INPUT', place: 'release' }));
});

test('a hold keeps what else the head says', () => {
  const before = head({
    floor: { release: 'G1', at: 'then' },
    newest: { release: 'G3', commit: 'c', run: {} as never },
  });
  const after = holdFor(before, { from: 'G3', to: 'G1', reason: 'r', by: 'b', at: 'now' });
  expect(after).toMatchObject({
    floor: before.floor,
    newest: before.newest,
    current: 'G3',
    good: ['G1'],
    left: [{ release: 'G3' }, { release: 'G2' }],
    hold: { from: 'G3', to: 'G1' },
  });
});

test('not more than ten left releases are remembered', () => {
  const left = Array.from({ length: 10 }, (_, at) => ({ release: `L${at}`, reason: 'r', at: '' }));
  const after = holdFor(head({ left }), { from: 'G3', to: 'G2', reason: 'r', by: 'b', at: 'now' });
  expect(after.left).toHaveLength(10);
  expect(after.left?.[0]?.release).toBe('G3');
});
