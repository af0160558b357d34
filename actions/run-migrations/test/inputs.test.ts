import { expect, test } from '@jest/globals';
import { readInputs } from '../../../lib/github/inputs.ts';
import { readRunMigrationsInputs } from '../src/inputs.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const good = { environment: 'prod', images: JSON.stringify({ web: digest }), config: '/tmp/config.json' };

function read(inputs: Record<string, string>) {
  const variables = Object.entries({ ...good, ...inputs }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  return readRunMigrationsInputs(readInputs(Object.fromEntries(variables) as Record<string, string>));
}

test('takes what the manifest says where nothing is given', () => {
  expect(read({})).toMatchObject({
    command: undefined,
    phase: 'expand',
    timeoutMinutes: undefined,
    logTail: 50,
    services: [],
  });
});

test('keeps every argument of a command as it stands', () => {
  const command = ['pnpm', '--filter', '@smartboard/svc-auth', 'db:migrate', '$(id) "x"'];
  expect(read({ command: JSON.stringify(command) }).command).toEqual(command);
});

const bad: readonly [title: string, inputs: Record<string, string>, code: string][] = [
  ['a line for a shell', { command: 'pnpm db:migrate && rm -rf /' }, 'E_POLICY'],
  ['a text as command', { command: '"pnpm db:migrate"' }, 'E_POLICY'],
  ['an empty command', { command: '[]' }, 'E_INPUT'],
  ['an object as command', { command: '{"a":1}' }, 'E_INPUT'],
  ['a number in a command', { command: '["node",1]' }, 'E_INPUT'],
  ['a NUL in a command', { command: '["node","a\\u0000b"]' }, 'E_INPUT'],
  ['a program without a name', { command: '["","x"]' }, 'E_INPUT'],
  ['broken JSON as command', { command: '["node"' }, 'E_INPUT'],
  ['no images', { images: '' }, 'E_INPUT'],
  ['images that are no object', { images: '["x"]' }, 'E_INPUT'],
  ['no image in images', { images: '{}' }, 'E_INPUT'],
  ['a tag instead of a digest', { images: '{"web":"latest"}' }, 'E_POLICY'],
  ['a digest of another length', { images: `{"web":"${digest}0"}` }, 'E_POLICY'],
  ['no config', { config: '' }, 'E_INPUT'],
  ['another phase', { phase: 'both' }, 'E_INPUT'],
  ...['0', '-1', 'NaN', '1e9', '10m', '361', '1.5'].map((value): [string, Record<string, string>, string] => [
    `a time-out of ${value}`,
    { 'timeout-minutes': value },
    'E_INPUT',
  ]),
  ['a log-tail of nothing', { 'log-tail': '0' }, 'E_INPUT'],
];

test.each(bad)('refuses %s', (_title, inputs, code) => {
  expect(() => read(inputs)).toThrow(expect.objectContaining({ code }));
});
