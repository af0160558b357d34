import { expect, test } from '@jest/globals';
import { asksForStatus, compile, isTruthy, type Value } from './expression.ts';

// The evaluator that the truth table stands on: where GitHub's expressions surprise, it has to surprise in the same way.
const contexts: Record<string, Value> = {
  inputs: { text: 'Deploy', empty: '', yes: true, no: false },
  vars: {},
  needs: { build: { result: 'success' }, infra: { result: 'skipped' } },
};
const evaluate = (source: string) => compile(source)({ contexts, status: { cancelled: () => false } });

test.each<[string, Value]>([
  ["${{ inputs.text == 'deploy' }}", true],
  ['inputs.absent == null', true],
  ['inputs.absent == false', true], // both are 0
  ["inputs.absent == ''", true],
  ["inputs.absent != 'none'", true],
  ['!inputs.absent', true],
  ["inputs.empty || 'otherwise'", 'otherwise'],
  ["inputs.yes && 'then'", 'then'],
  ["inputs.no && 'then'", false],
  ["'true' == true", false], // text that is no number equals nothing
  ["contains(needs.*.result, 'skipped')", true],
  ["contains(needs.*.result, 'failure')", false],
  ['contains(fromJSON(\'["rollback"]\'), inputs.absent)', false],
  ["contains('deployment', inputs.text)", true],
  ['!cancelled() && !(inputs.no || inputs.yes)', false],
  ["'it''s'", "it's"],
])('%s is %j', (source, expected) => {
  expect(evaluate(source)).toEqual(expected);
});

test('what is not understood is refused, never taken for true', () => {
  expect(() => compile('inputs.text ~ 1')).toThrow('Not understood: ~');
  expect(() => compile('(inputs.text')).toThrow('Expected ) before the end');
  expect(() => compile('inputs.text inputs.yes')).toThrow('Not understood after inputs .text');
  expect(() => evaluate('hashFiles(inputs.text)')).toThrow('Not understood: hashFiles()');
  expect(() => evaluate('secrets.token')).toThrow('There is no context secrets here');
});

test('a condition asks for the status only by calling one of the four functions', () => {
  expect(asksForStatus("!cancelled() && needs.ci.result == 'success'")).toBe(true);
  expect(asksForStatus("contains(needs.*.result, 'failure')")).toBe(false);
});

test('nothing, zero and the empty text are not true; a list is', () => {
  expect([null, false, 0, '', Number.NaN].map(isTruthy)).toEqual([false, false, false, false, false]);
  expect(['0', 'false', [], 1].map(isTruthy)).toEqual([true, true, true, true]);
});
