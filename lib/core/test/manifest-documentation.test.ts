import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { manifestSchema } from '../manifest/json-schema.ts';
import { refusalOf } from './refusal.ts';

const page = readFileSync(new URL('../../../docs/manifest.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

test('every complete example of the manual is accepted', () => {
  const [smallest = '', , byHand = ''] = examples;
  expect(refusalOf(smallest)).toEqual([]);
  expect(refusalOf(`version: 1\napplication: shop\nservices: { web: { port: 3000 } }\n${byHand}`)).toEqual([]);
});

test('the variables of the manual are accepted', () => {
  const variables = (examples[1] ?? '').replace(/^/gm, '      ');
  const database = 'database: { version: "15.4", name: shop, secret: shop/rds }';
  expect(refusalOf(`${examples[0] ?? ''}  api:\n    environment:\n${variables}\n${database}\n`)).toEqual([]);
});

test('the manual names every key of the format', () => {
  expect(keysOf(manifestSchema()).filter((key) => !page.includes(key))).toEqual([]);
});

function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}
