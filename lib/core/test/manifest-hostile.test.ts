import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseManifest } from '../manifest/parse.ts';
import { manifestText } from './manifest-text.ts';
import { refusalOf } from './refusal.ts';

const example = readFileSync(new URL('../../../examples/smartboard/slipway.yml', import.meta.url), 'utf8');

test('any text is either a manifest or refused with findings, and nothing else happens', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), yamlLike()), (text) => {
      expect(refusalOf(text)).toBeInstanceOf(Array);
    }),
    { numRuns: 200 },
  );
});

test('any bytes are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(refusalOf(bytes)).not.toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('a manifest with anything cut out, doubled or put in never breaks the parser', () => {
  const damage = fc.tuple(fc.nat(example.length), fc.nat(200), fc.string({ maxLength: 8 }));
  fc.assert(
    fc.property(damage, ([from, length, put]) => {
      expect(refusalOf(example.slice(0, from) + put + example.slice(from + length))).toBeInstanceOf(Array);
    }),
    { numRuns: 60 },
  );
});

test('any value of the right form is kept exactly', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 12 }), (value) => {
      fc.pre(!value.includes('${'));
      const text = manifestText({ service: `environment: { A: ${JSON.stringify(value)} }` });
      expect(parseManifest(text).services.get('web')?.environment.get('A')).toMatchObject({ value });
    }),
  );
});

test.each([
  ['a mebibyte of list items', 'a:\n'.concat('  - b\n'.repeat(170_000))],
  ['a mebibyte of keys', Array.from({ length: 80_000 }, (_, index) => `k${index}: 1`).join('\n')],
  ['a mebibyte of one line', `a: ${'b '.repeat(500_000)}`],
  ['a mebibyte of quotes', '"'.repeat(1_000_000)],
  ['a mebibyte of brackets', '[]'.repeat(500_000)],
  ['a mebibyte of one word', `application: ${'a'.repeat(1_000_000)}`],
  ['a mebibyte of a path', manifestText({ service: `build: { context: "${'a/'.repeat(500_000)}" }` })],
  [
    'a mebibyte of a template',
    manifestText({ service: `environment: { A: { template: "${'{a}'.repeat(300_000)}" } }` }),
  ],
  ['a mebibyte that looks like tokens', manifestText({ service: `ingress: "${'-eyJ'.repeat(250_000)}"` })],
  ['a mebibyte that looks like URLs', manifestText({ service: `ingress: "${'://a:b'.repeat(170_000)}"` })],
  ['4 000 strangers', manifestText({ services: manyStrangers() })],
  ['a mebibyte of a random word', manifestText({ service: `environment: { A: "${'aB1'.repeat(300_000)}" }` })],
])('%s is refused quickly', (_, text) => {
  // Processor time, since the machine may have other work to do; the lesser of two, since it is also the collector's of this process.
  const milliseconds = [1, 2].map(() => {
    const before = process.cpuUsage();
    expect(refusalOf(text)).not.toEqual([]);
    return process.cpuUsage(before).user / 1000;
  });
  expect(Math.min(...milliseconds)).toBeLessThan(5000);
});

/** 199 services that wait for 20 others each, none of which is there. */
function manyStrangers(): string {
  return Array.from({ length: 199 }, (_, of) => {
    const after = Array.from({ length: 20 }, (__, index) => `stranger-number-${of}-${index}`);
    return `service-of-number-${of}: { after: [${after.join(', ')}] }`;
  }).join('\n');
}

function yamlLike(): fc.Arbitrary<string> {
  const words = [
    'version: 1',
    'services:',
    ' ',
    '  ',
    '\n',
    '\n  ',
    '- ',
    '? ',
    ': ',
    '{',
    '}',
    '[',
    ']',
    '&a',
    '*a',
    '!!x',
    '|',
    '>',
    '"',
    "'",
    '#',
    '%',
    '---',
    '...',
    'web',
    '1',
    'yes',
    '\t',
    '\r\n',
    '<<',
  ];
  return fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join(''));
}
