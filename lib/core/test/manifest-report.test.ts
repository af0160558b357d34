import { expect, test } from '@jest/globals';
import { Findings } from '../errors.ts';
import { parseManifest } from '../manifest/parse.ts';
import { manifestText, withVariable } from './manifest-text.ts';
import { refusalOf } from './refusal.ts';

const manyMistakes = `version: 1
application: shop
environments:
  prod: { account: 111122223333, region: eu-west-1 }
services:
  web:
    prot: 3000
    cpu: 512
    after: [api]
    environment:
      JWT_SECRET: hunter2-hunter2
      DEV_BYPASS_AUTH: "1"
  worker:
    spot: yes
    after: [web, worker]
`;

test('every problem of a file is told at once, in the order of its lines', () => {
  expect(refusalOf(manyMistakes).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'E_MANIFEST 4:20 environments.prod.account',
    'E_MANIFEST 7:5 services.web.prot',
    'E_MANIFEST 8:10 services.web:',
    'E_MANIFEST 9:13 services.web.after',
    'E_POLICY 11:19 services.web.environment.JWT_SECRET',
    'E_POLICY 12:7 DEV_BYPASS_AUTH',
    'E_MANIFEST 14:11 services.worker.spot:',
    'E_MANIFEST 15:5 Services',
  ]);
});

test('the report counts as its most severe problem, and people read all of it', () => {
  const error = refusal(manyMistakes);
  expect(error.code).toBe('E_POLICY');
  expect(error.message).toMatch(/^slipway\.yml: 8 problems\n {2}slipway\.yml:4:20: E_MANIFEST: /);
});

test('a single problem brings its own place and remedy', () => {
  const error = refusal(manifestText({ service: 'spott: true' }));
  expect([error.place, error.remedy]).toEqual(['slipway.yml:10:5', 'Did you mean "spot"?']);
});

test('a secret that stands in the file is not repeated, wherever it stands', () => {
  const secret = 'hunter2-Tr0ub4dor&3';
  const places = [
    withVariable(`DB_PASSWORD: ${secret}`),
    withVariable(`A: "postgres://me:${secret}@db"`),
    withVariable(`A: { parameter: ${secret} }`),
    withVariable(`A: { secret: "x#${secret}" }`),
    manifestText({ service: `port: ${secret}` }),
    manifestText({ service: `ingress: ${secret}` }),
    manifestText({ service: `build: { context: ../${secret} }` }),
    manifestText({ top: `defaults: { a: ${secret}: b }` }),
    manifestText({ top: `x: "${secret}` }),
    manifestText().replace('111122223333', secret),
  ];
  for (const place of places) {
    expect(place).toContain(secret);
    expect(refusalOf(place)).not.toEqual([]);
    expect(refusalOf(place).join('\n')).not.toContain(secret);
  }
});

test('what only follows from another problem is left out', () => {
  expect(refusalOf(manifestText({ service: 'ingress: /*' }).replace('3000', '"3000"'))).toEqual([
    expect.stringContaining('services.web.port must be a whole number'),
  ]);
});

test('a wrong bucket does not hide a wrong template', () => {
  const text = withVariable('A: { template: "{storage.x.bucket}{nope}" }', {
    top: 'storage: { x: { bucket: UPPER } }',
  });
  expect(refusalOf(text)).toEqual([
    expect.stringContaining('{nope}'),
    expect.stringContaining('storage.x.bucket must be'),
  ]);
});

test('a report of thousands of problems is cut, and says so', () => {
  const variables = Array.from({ length: 500 }, (_, index) => `a${index}: "1"`).join('\n  ');
  const refusalLines = refusalOf(manifestText({ service: `environment:\n  ${variables}` }));
  expect(refusalLines).toHaveLength(201);
  expect(refusalLines.at(-1)).toContain('300 further problems.');
});

function refusal(contents: string): Findings {
  try {
    parseManifest(contents);
  } catch (error) {
    if (error instanceof Findings) return error;
  }
  throw new Error('The manifest was accepted.');
}
