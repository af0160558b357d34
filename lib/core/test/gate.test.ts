import { expect, test } from '@jest/globals';
import { judgeGate, type Knock } from '../gate.ts';
import type { Head, RunName } from '../ledger.ts';

const [older, newer] = ['a'.repeat(40), 'b'.repeat(40)];
const run = (id: string, changes: Partial<RunName> = {}): RunName => ({
  repository: 'example/smartboard',
  workflow: 'deploy.yml',
  id,
  number: Number(id),
  attempt: 1,
  actor: 'octocat',
  ...changes,
});
const head = (changes: Partial<Head> = {}): Head => ({
  schema: 1,
  nonce: '',
  after: 1,
  current: 'r2',
  good: ['r2'],
  newest: { release: 'r2', commit: newer, run: run('2') },
  ...changes,
});
const knock = (changes: Partial<Knock> = {}): Knock => ({
  run: run('3'),
  commit: 'c'.repeat(40),
  event: 'push',
  reason: undefined,
  force: false,
  order: undefined,
  resume: 'gh workflow run deploy.yml -f operation=resume',
  ...changes,
});

const laptop = run('local', { repository: 'local', workflow: '', number: 0 });

const passes: readonly [what: string, head: Head | undefined, knock: Knock][] = [
  ['the first release', undefined, knock()],
  ['a head that knows no run', head({ newest: undefined as never }), knock()],
  ['a later run', head(), knock()],
  ['a re-run of the newest run', head(), knock({ run: run('2', { attempt: 2 }) })],
  ['an older run of the very same commit', head(), knock({ run: run('1'), commit: newer })],
  ['a descendant, though its run is older', head(), knock({ run: run('1'), order: 'ahead' })],
  ['a later run of another workflow, by id', head(), knock({ run: run('9', { workflow: 'hotfix.yml', number: 1 }) })],
  ['an older run, forced', head(), knock({ run: run('1'), force: true })],
  ['another repository, forced', head(), knock({ run: run('3', { repository: 'x/y' }), force: true })],
  ['a known run over one of a laptop', head({ newest: { release: 'r2', commit: '', run: laptop } }), knock()],
  ['a laptop over a laptop', head({ newest: { release: 'r2', commit: '', run: laptop } }), knock({ run: laptop })],
];

test.each(passes)('%s may deploy', (_what, now, asked) => {
  expect(judgeGate(now, asked)).toBeUndefined();
});

const refusals: readonly [what: string, knock: Knock, message: RegExp][] = [
  ['a queued older run', knock({ run: run('1'), commit: older }), /run 1 of .* is older/],
  ['a re-run of an old run', knock({ run: run('1', { attempt: 2 }), commit: older }), /attempt 2, .* is older/],
  ['an ancestor, though its run is later', knock({ commit: older, order: 'behind' }), /older than what is deployed/],
  ['a force-pushed branch', knock({ order: 'diverged' }), /was rewritten/],
  ['an older run of another workflow', knock({ run: run('1', { workflow: 'x.yml', number: 99 }) }), /is older/],
  ['another repository', knock({ run: run('3', { repository: 'fork/smartboard' }) }), /another repository/],
  ['a laptop over a known run', knock({ run: laptop, event: '' }), /unknown origin/],
];

test.each(refusals)('%s may not deploy, and is told of force', (_what, asked, message) => {
  const error = judgeGate(head(), asked);
  expect(error).toMatchObject({ code: 'E_STATE', message: expect.stringMatching(message) });
  expect(error?.message).toContain('r2');
  expect(error?.remedy).toContain('force');
});

const hold = { from: 'r3', to: 'r2', reason: 'the page is blank', by: 'maria', at: '2026-11-25T10:00:00Z' };

test('a hold refuses a push, saying who, when, why and how to end it', () => {
  const error = judgeGate(head({ hold }), knock());
  expect(error?.message).toContain('maria went back from r3 to r2 at 2026-11-25T10:00:00Z');
  expect(error?.message).toContain('the page is blank');
  expect(error?.remedy).toContain('-f operation=resume');
});

test.each([
  ['a schedule with a reason', knock({ event: 'schedule', reason: 'nightly' }), false],
  ['a dispatch without a reason', knock({ event: 'workflow_dispatch' }), false],
  ['a push with force', knock({ force: true }), false],
  ['a dispatch with a reason', knock({ event: 'workflow_dispatch', reason: 'mended' }), true],
  ['a laptop with a reason', knock({ event: '', run: laptop, reason: 'mended', force: true }), true],
])('under a hold, %s', (_what, asked, may) => {
  expect(judgeGate(head({ hold }), asked) === undefined).toBe(may);
});
