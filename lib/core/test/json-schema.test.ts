import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { manifestSchema } from '../manifest/json-schema.ts';
import { manifestText, withVariable } from './manifest-text.ts';
import { refusalOf } from './refusal.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(manifestSchema());

test('the published schema is the one that the parser uses (npm run schema writes it)', () => {
  expect(JSON.parse(read('schema/slipway.schema.json'))).toEqual(manifestSchema());
});

test('Smartboard is valid by schema and by parser', () => {
  const example = read('examples/smartboard/slipway.yml');
  expect([isValid(parse(example)), refusalOf(example)]).toEqual([true, []]);
});

test('every key says what it is for', () => {
  expect(keysWithoutDescription(manifestSchema())).toEqual([]);
});

describe('what the schema refuses, the parser refuses', () => {
  test.each([
    ['an unknown key', manifestText({ service: 'prot: 1' })],
    ['an unknown key of a variable', withVariable('A: { secret: a, kee: b }')],
    ['a variable of two sources', withVariable('A: { secret: a, parameter: /b }')],
    ['a number as a variable', withVariable('A: 1')],
    ['an account as a number', manifestText().replace('"111122223333"', '111122223333')],
    ['a port out of range', manifestText().replace('3000', '70000')],
    ['a CPU that Fargate lacks', manifestText({ service: 'cpu: 300' })],
    ['a path above', manifestText({ service: 'build: { context: ../x }' })],
    ['a Dockerfile by pattern', manifestText({ service: 'build: { dockerfile: "*" }' })],
    ['a service name with a blank', manifestText({ services: '"a b": {}' })],
    ['a variable in small letters', withVariable('a: "1"')],
    ['a secret with its key after #', withVariable('A: { secret: "a#b" }')],
    ['a parameter without /', withVariable('A: { parameter: a }')],
    ['a command as text', manifestText({ service: 'migrate: { command: a }' })],
    ['an empty command', manifestText({ service: 'migrate: { command: [] }' })],
    ['a health check of an unknown word', manifestText({ service: 'health-check: nope' })],
    ['a service that is a list', manifestText({ services: 'api: []' })],
    ['version 2', manifestText().replace('version: 1', 'version: 2')],
    ['no application', manifestText().replace('application: shop\n', '')],
  ])('%s', (_, text) => {
    expect(isValid(parse(text))).toBe(false);
    expect(refusalOf(text)).toHaveLength(1);
  });
});

/** Paths of properties that an editor could not explain. */
function keysWithoutDescription(schema: unknown, path = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, inner]: [string, unknown]) => {
    if (key !== 'properties') return keysWithoutDescription(inner, `${path}/${key}`);
    return Object.entries(inner as Record<string, object>).flatMap(([name, property]) => [
      ...('description' in property || '$ref' in property || 'allOf' in property ? [] : [`${path}/${name}`]),
      ...keysWithoutDescription(property, `${path}/${name}`),
    ]);
  });
}
