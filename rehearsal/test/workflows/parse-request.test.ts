import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runAction, type StepResult } from '../../runner/run-action.ts';
import { root } from './workflow-files.ts';

// What deploy.yml is asked, judged by the action itself, started as the runner starts it.
type Asked = { event?: string; ref?: string; inputs?: Record<string, string> };

const byHand: Asked = { event: 'workflow_dispatch' };
const called: Asked = { event: 'push', inputs: { called: 'true' } };

describe('is accepted without a word', () => {
  test.each<[string, Asked]>([
    ['a push', { event: 'push' }],
    ['a start by hand', byHand],
    ['a call on a push', called],
    ['a call by the clock', { ...called, event: 'schedule' }],
    [
      'a call by hand from another branch: the manifest says which may be deployed',
      { ...called, event: 'workflow_dispatch', ref: 'refs/heads/release/1' },
    ],
    ['a plan of some services', { ...byHand, inputs: { operation: 'plan', services: 'web, svc-auth\nworker,' } }],
    ['a deployment with a reason, which ends a hold', { ...byHand, inputs: { reason: 'fixed' } }],
    ['a rollback', { ...byHand, inputs: { operation: 'rollback', reason: 'blank page' } }],
    [
      'a rollback to a commit',
      { ...byHand, inputs: { operation: 'rollback', reason: 'blank page', release: 'a1b2c3d' } },
    ],
    ['infrastructure by others', { event: 'push', inputs: { infra: 'none' } }],
  ])('%s', async (_, asked) => {
    const { outcome, log } = await ask(asked);
    expect([outcome, log]).toEqual(['success', '']);
  });
});

describe('is refused in one annotation', () => {
  test.each<[string, Asked, string]>([
    [
      'an unknown operation',
      { ...byHand, inputs: { operation: 'destroy' } },
      '`operation` is unknown. Write one of deploy, plan, verify, rollback, resume, status.',
    ],
    [
      'an operation in capitals',
      { ...byHand, inputs: { operation: 'Rollback', reason: 'why' } },
      '`operation` is unknown.',
    ],
    [
      'a start by hand without an environment',
      { ...byHand, inputs: { environment: '' } },
      '`environment` is missing. Give its name in the manifest, or set the variable SLIPWAY_ENVIRONMENT.',
    ],
    [
      'a call on a push without an environment',
      { ...called, inputs: { called: 'true', environment: '' } },
      '`environment` is missing.',
    ],
    [
      'an environment that is no name',
      { ...byHand, inputs: { environment: 'Prod EU' } },
      '`environment` is no name of an environment.',
    ],
    [
      'a rollback without a reason',
      { ...byHand, inputs: { operation: 'rollback' } },
      '`reason` is missing. Say in a sentence why it is rolled back; the ledger keeps it.',
    ],
    [
      'a rollback with a reason of spaces',
      { ...byHand, inputs: { operation: 'rollback', reason: '  ' } },
      '`reason` is missing.',
    ],
    [
      'an endless reason',
      { ...byHand, inputs: { reason: 'x'.repeat(501) } },
      '`reason` is longer than 500 characters.',
    ],
    [
      'a start by hand from another branch',
      { ...byHand, ref: 'refs/heads/feature' },
      'The branch is not the default branch. Start it again from there: what is on it was reviewed.',
    ],
    [
      'a start by hand from a tag that is called like the branch',
      { ...byHand, ref: 'refs/tags/main' },
      'The branch is not the default branch.',
    ],
    [
      'a start by hand where the default branch is unknown',
      { ...byHand, inputs: { 'default-branch': '' } },
      'The branch is not the default branch.',
    ],
    [
      'a release to deploy',
      { ...byHand, inputs: { release: '20261124-1234567-6-1' } },
      '`release` is only for a rollback.',
    ],
    [
      'a moving name to go back to',
      { ...byHand, inputs: { operation: 'rollback', reason: 'why', release: 'HEAD~1' } },
      '`release` is neither the id of a release nor a commit.',
    ],
    [
      'services that are no names',
      { ...byHand, inputs: { services: 'web api' } },
      '`services` is no list of services.',
    ],
    [
      'some services to go back',
      { ...byHand, inputs: { operation: 'rollback', reason: 'why', services: 'web' } },
      '`services` is only to deploy, plan and verify.',
    ],
    [
      'an unknown wish about infrastructure',
      { ...byHand, inputs: { infra: 'false' } },
      '`infra` is unknown. Write apply or none.',
    ],
    ['a call on a pull request', { ...called, event: 'pull_request' }, 'A run that anyone can cause may not deploy.'],
    ['a call on a comment', { ...called, event: 'issue_comment' }, 'A run that anyone can cause may not deploy.'],
  ])('%s', async (_, asked, said) => {
    const { status, commands } = await ask(asked);
    expect([status, commands.map(({ name }) => name)]).toEqual([1, ['error']]);
    expect(commands[0]?.value).toContain(`E_INPUT ${said}`);
  });

  test('all that is wrong at once', async () => {
    const { commands } = await ask({
      ...byHand,
      ref: 'refs/heads/x',
      inputs: { operation: 'rollback', environment: '', infra: 'no' },
    });
    expect(commands.map(({ value }) => value.split('\n').length)).toEqual([4]);
  });
});

test('a push without an environment is told in one notice that nothing is deployed, and ends green', async () => {
  const { outcome, commands } = await ask({ event: 'push', inputs: { environment: '' } });
  expect([outcome, commands.map(({ name, value }) => [name, value])]).toEqual([
    'success',
    [['notice', 'No environment is named. To deploy on a push, set SLIPWAY_ENVIRONMENT.']],
  ]);
});

test('whatever is written, by whomever: no command, file or output comes of it, and no message repeats it', async () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replaceAll('\0', '')),
    fc.constantFrom(
      '$(touch pwned)',
      '`id`',
      "';id;'",
      '\n::error::pwned',
      '%0A::set-output name=x::y',
      '${{ github.token }}',
      '::add-mask::a',
      '\u202Egnp.exe',
      '--help',
      '../../x',
    ),
  );
  const fields = fc.record({
    operation: hostile,
    environment: hostile,
    release: hostile,
    services: hostile,
    reason: hostile,
    infra: hostile,
  });
  await fc.assert(
    fc.asyncProperty(fields, hostile, async (inputs, branch) => {
      const { status, commands, log, outputs, environment } = await ask({
        ...byHand,
        ref: `refs/heads/${branch}`,
        inputs,
      });
      expect([status, commands.map(({ name }) => name)]).toEqual([1, ['error']]);
      expect([outputs, environment]).toEqual([{}, {}]);
      expect(log).not.toMatch(/pwned|github\.token|gnp/);
    }),
    { numRuns: 25, seed: 7 },
  );
});

function ask({ event = 'push', ref = 'refs/heads/main', inputs = {} }: Asked): Promise<StepResult> {
  return runAction(`${root}.github/actions/parse-request`, {
    inputs: { 'default-branch': 'main', environment: 'prod', ...inputs },
    environment: { GITHUB_EVENT_NAME: event, GITHUB_REF: ref },
  });
}
