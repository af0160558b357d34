import { describe, expect, test } from '@jest/globals';
import { readCommonInputs } from '../common-inputs.ts';
import { type Inputs, readInputs } from '../inputs.ts';

const given = (value: string): Inputs => readInputs({ INPUT_VALUE: value });

function messageOf(attempt: () => unknown): string {
  try {
    return JSON.stringify(attempt());
  } catch (error) {
    return String(error);
  }
}

function common(inputs: Record<string, string>) {
  const all = Object.entries({ environment: 'prod', ...inputs });
  return readCommonInputs(
    readInputs(Object.fromEntries(all.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))),
  );
}

describe('an input', () => {
  test.each<[string, (inputs: Inputs) => unknown, unknown]>([
    [' eu-west-1 ', (inputs) => inputs.text('value'), 'eu-west-1'],
    ['', (inputs) => inputs.optional('value'), undefined],
    ['true', (inputs) => inputs.boolean('value'), true],
    ['', (inputs) => inputs.boolean('value', false), false],
    ['a, b\nc\r\n\n', (inputs) => inputs.list('value'), ['a', 'b', 'c']],
    ['', (inputs) => inputs.list('value'), []],
    ['900', (inputs) => inputs.integer('value', { min: 900, max: 43_200 }), 900],
    ['', (inputs) => inputs.integer('value', { min: 1, max: 2, otherwise: 2 }), 2],
    ['[{"a":{"a":"a:"}},{"a":"\\"a\\":"}]', (inputs) => inputs.json('value'), [{ a: { a: 'a:' } }, { a: '"a":' }]],
    ['{"a":1}', (inputs) => inputs.json('value'), { a: 1 }],
    [' ', (inputs) => inputs.json('value'), undefined],
  ])('%j is read', (value, read, expected) => {
    expect(read(given(value))).toEqual(expected);
  });

  test.each<[string, (inputs: Inputs) => unknown]>([
    ['', (inputs) => inputs.text('value')],
    ['   ', (inputs) => inputs.optional('value')],
    ['two\nlines', (inputs) => inputs.text('value')],
    ['nul\u0000byte', (inputs) => inputs.text('value')],
    ['zero\u200bwidth', (inputs) => inputs.text('value')],
    ['right\u202eto left', (inputs) => inputs.list('value')],
    ['web ', (inputs) => inputs.list('value')],
    ['web\u00a0,api', (inputs) => inputs.list('value')],
    [' , \n', (inputs) => inputs.list('value')],
    [',', (inputs) => inputs.list('value')],
    ['{"web": 1, "web": 2}', (inputs) => inputs.json('value')],
    ['{"web": 1, "w\\u0065b": 2}', (inputs) => inputs.json('value')],
    ['[{"a": {"b": "{:", "b": 2}}]', (inputs) => inputs.json('value')],
    ['x'.repeat(65_537), (inputs) => inputs.text('value')],
    ['True', (inputs) => inputs.boolean('value')],
    ['yes', (inputs) => inputs.boolean('value')],
    ['', (inputs) => inputs.boolean('value')],
    ['1e3', (inputs) => inputs.integer('value', { min: 1, max: 5000 })],
    ['-1', (inputs) => inputs.integer('value', { min: 0, max: 5 })],
    ['6', (inputs) => inputs.integer('value', { min: 0, max: 5 })],
    ['٣', (inputs) => inputs.integer('value', { min: 0, max: 5 })],
    ['{secret', (inputs) => inputs.json('value')],
  ])('%j is refused by rule, and never repeated', (value, read) => {
    const attempt = () => read(given(value));
    expect(attempt).toThrow(expect.objectContaining({ code: 'E_INPUT', place: 'value' }));
    const repeats = value.trim().length > 4 && messageOf(attempt).includes(value.trim());
    expect(repeats).toBe(false);
  });
});

describe('the inputs of every action', () => {
  test('have defaults for all but the environment', () => {
    expect(common({})).toEqual({
      manifest: 'slipway.yml',
      environment: 'prod',
      region: undefined,
      role: undefined,
      dryRun: false,
    });
  });

  test('say which account the role belongs to', () => {
    const { role } = common({ 'role-to-assume': 'arn:aws:iam::111122223333:role/ci/deploy' });
    expect(role).toEqual({
      arn: 'arn:aws:iam::111122223333:role/ci/deploy',
      account: '111122223333',
      sessionName: undefined,
      durationSeconds: 3600,
      audience: 'sts.amazonaws.com',
    });
  });

  test.each([
    ['manifest', '/etc/passwd'],
    ['manifest', 'a/../../b.yml'],
    ['environment', ''],
    ['environment', 'Prod'],
    ['environment', '__proto__'],
    ['aws-region', 'eu_west_1'],
    ['role-to-assume', 'deploy'],
    ['role-to-assume', 'arn:aws:iam::1111:role/deploy'],
    ['role-to-assume', 'arn:aws:iam::111122223333:user/deploy'],
    ['role-session-name', 'x'],
    ['role-duration-seconds', '899'],
    ['role-duration-seconds', '43201'],
    ['dry-run', '1'],
  ])('refuse %s %j', (input, value) => {
    expect(() => common({ [input]: value })).toThrow(expect.objectContaining({ code: 'E_INPUT', place: input }));
  });
});
