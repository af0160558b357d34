import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { canonicalJson, infraHashes } from '../infra-hash.ts';
import { parseManifest } from '../manifest/parse.ts';
import { selectEnvironment } from '../manifest/select.ts';

const example = readFileSync(new URL('../../../examples/smartboard/slipway.yml', import.meta.url), 'utf8');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const code = [{ path: 'infra/bin/app.ts', text: 'app' }];

function hashesOf(text: string, files = code) {
  return infraHashes(selectEnvironment(parseManifest(text), 'prod'), files, sha256);
}

/** The example with one text instead of another, which must be there. */
function changed(from: string | RegExp, to: string): string {
  expect(example).toMatch(from);
  return example.replace(from, to);
}

const before = hashesOf(example);

describe('what is the release’s own provisions nothing', () => {
  test.each([
    ['a comment', changed('# Everything', '# Nothing')],
    ['a line more above', `\n\n${example}`],
    ['a literal', changed("PORT: '3000'", "PORT: '3000'\n      COLOUR: green")],
    ['the text of a template around its values', changed('?schema=auth&', '?schema=login&')],
    ['another name for the address of a service', changed('REALTIME_BASE_URL', 'LIVE_BASE_URL')],
    ['another Dockerfile', changed('services/web/Dockerfile', 'services/web/Containerfile')],
    ['more tasks', changed('desired-count: 1', 'desired-count: 3')],
    ['larger tasks', changed('cpu: 256', 'cpu: 512').replace('memory: 512', 'memory: 1024')],
    ['scaling', changed('    ingress: /*', '    scaling: { min: 1, max: 3, cpu: 50 }\n    ingress: /*')],
    ['no spot', changed('spot: true', 'spot: false')],
    ['another order', changed(/ {4}after: .*\n/, '')],
    ['another command of a migration', changed('command: [node, migrate.js]', 'command: [node, up.js]')],
    ['what may not be set', changed('[DEV_BYPASS_AUTH]', '[DEV_BYPASS_AUTH, DEBUG]')],
  ])('%s', (_, text) => {
    expect(hashesOf(text)).toEqual(before);
  });
});

describe('what only later stacks read leaves registries and roles alone', () => {
  test.each([
    ['another size of the database', changed('instances: 2', 'instances: 3')],
    ['another network', changed('nat: per-az', 'nat: per-az\n    network: { cidr: 10.1.0.0/16 }')],
    [
      'another service that is called',
      changed('DATASETS_BASE_URL: { service: svc-datasets }', 'A: { service: svc-auth }'),
    ],
    ['another port', changed('port: 3000', 'port: 3001')],
    ['another way in', changed('ingress: /*', 'ingress: /app/*')],
    ['another health check', changed('path: /health/ready', 'path: /ready')],
    ['another value of a parameter', changed('log-level: info', 'log-level: debug')],
    ['an archive', changed('cors-origins', 'archive: none\n    cors-origins')],
  ])('%s', (_, text) => {
    const after = hashesOf(text);
    expect([after.hash === before.hash, after.registryHash === before.registryHash]).toEqual([false, true]);
  });
});

describe('what roles read changes both', () => {
  test.each([
    ['a service more', changed('  web:\n', '  site: { port: 1 }\n  web:\n')],
    ['another repository that may deploy', changed('example/smartboard', 'example/other')],
    ['another secret of a variable', changed('secret: smartboard/app/jwt-secret', 'secret: smartboard/app/other')],
    ['a value of a template more', changed('sslmode={database.sslmode}', 'sslmode={database.sslmode}&e={environment}')],
    ['a right to storage', changed('datasets: [get]', 'datasets: [get, put]')],
    ['another bucket', changed('smartboard-datasets-', 'smartboard-files-')],
    ['whose keys', changed('nat: per-az', 'nat: per-az\n    encryption: cmk')],
  ])('%s', (_, text) => {
    const after = hashesOf(text);
    expect([after.hash === before.hash, after.registryHash === before.registryHash]).toEqual([false, false]);
  });

  test('another line of the code that makes it, or another name of its file', () => {
    const files = [{ path: 'infra/bin/app.ts', text: 'app;' }];
    const named = [{ path: 'infra/bin/main.ts', text: 'app' }];
    const hashes = [before, hashesOf(example, files), hashesOf(example, named)].flatMap(Object.values);
    expect(new Set(hashes).size).toBe(6);
  });
});

test('in which order files were found says nothing', () => {
  const files = [...code, { path: 'a', text: '1' }, { path: 'b', text: '2' }];
  expect(hashesOf(example, files)).toEqual(hashesOf(example, files.toReversed()));
});

test('the same content is the same text, whatever the order of keys', () => {
  expect(canonicalJson({ b: new Map([['y', 1]]), a: [{ d: undefined, c: 2 }] })).toBe('{"a":[{"c":2}],"b":[["y",1]]}');
});
