import { expect, test } from '@jest/globals';
import { readInputs } from '../../../lib/github/inputs.ts';
import { readDeployEcsInputs } from '../src/inputs.ts';

const good = {
  environment: 'prod',
  images: JSON.stringify({ web: `sha256:${'a'.repeat(64)}` }),
  config: '/tmp/config.json',
};
const rollback = { environment: 'prod', operation: 'rollback', reason: 'a blank page' };

function read(inputs: Record<string, string>) {
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return readDeployEcsInputs(readInputs(Object.fromEntries(variables) as Record<string, string>));
}

test('deploys with force, undoes failures and waits half an hour unless told', () => {
  expect(read(good)).toMatchObject({
    kind: 'deploy',
    forceNewDeployment: true,
    onFailure: 'undo',
    waitForMinutes: 30,
    until: 'end',
  });
});

test('operation plan and dry-run are the same', () => {
  expect(read({ ...good, operation: 'plan' })).toEqual({
    ...read({ ...good, 'dry-run': 'true' }),
    common: expect.anything(),
  });
});

test.each(['20261123-abcdef0-1001-1', 'abcdef0', 'a'.repeat(39) + '1'])(
  'rolls back to the id or commit %s',
  (release) => {
    expect(read({ ...rollback, release })).toMatchObject({ kind: 'rollback', release });
  },
);

const bad: readonly [title: string, inputs: Record<string, string>][] = [
  ['an unknown operation', { ...good, operation: 'destroy' }],
  ['an operation in capitals', { ...good, operation: 'Deploy' }],
  ['yes for a yes-or-no', { ...good, 'force-new-deployment': 'yes' }],
  ['an unknown on-failure', { ...good, 'on-failure': 'ignore' }],
  ['no images', { ...good, images: '' }],
  ['no config', { ...good, config: '' }],
  ...['0', '-5', 'NaN', '361', '30m', '1e3'].map((value): [string, Record<string, string>] => [
    `a wait of ${value}`,
    { ...good, 'wait-for-minutes': value },
  ]),
  ['a rollback without a reason', { environment: 'prod', operation: 'rollback' }],
  ['a reason of blanks', { ...rollback, reason: '   ' }],
  ...['latest', 'HEAD~1', '--', '-rf', '../head', 'previous', 'main', 'v1\nx'].map(
    (release): [string, Record<string, string>] => [
      `a rollback to ${JSON.stringify(release)}`,
      { ...rollback, release },
    ],
  ),
];

test.each(bad)('refuses %s', (_title, inputs) => {
  expect(() => read(inputs)).toThrow(expect.objectContaining({ code: 'E_INPUT' }));
});
