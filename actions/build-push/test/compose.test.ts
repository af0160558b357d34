import { describe, expect, test } from '@jest/globals';
import type { Build, Service } from '../../../lib/core/manifest/model.ts';
import { withCompose } from '../src/compose.ts';
import { openWorkshop } from './workshop.ts';

const silent: Build = {
  context: '.',
  dockerfile: 'Dockerfile',
  target: undefined,
  args: new Map(),
  secrets: [],
  platforms: ['linux/amd64'],
  written: new Set(),
};

function merge(compose: string, build: Partial<Build> = {}, path = 'docker-compose.yml'): Build {
  const text = `services:\n  web:\n    build: ${compose}\n`;
  return withCompose([{ name: 'web', build: { ...silent, ...build } } as Service], { path, text })[0]!.build;
}

describe('a compose file', () => {
  test.each<[string, string, Partial<Build>]>([
    ['a folder', 'services/web', { context: 'services/web', dockerfile: 'services/web/Dockerfile' }],
    ['a folder with a dot', './services/web/', { context: 'services/web', dockerfile: 'services/web/Dockerfile' }],
    [
      'a Dockerfile in the context',
      '{ context: app, dockerfile: docker/web }',
      { context: 'app', dockerfile: 'app/docker/web' },
    ],
    ['only a Dockerfile', '{ dockerfile: web.Dockerfile }', { context: '.', dockerfile: 'web.Dockerfile' }],
    ['a stage', '{ context: ., target: production }', { target: 'production' }],
    [
      'arguments',
      '{ context: ., args: { A: 1, B: "x$$y" } }',
      {
        args: new Map([
          ['A', '1'],
          ['B', 'x$y'],
        ]),
      },
    ],
    ['arguments as a list', '{ context: ., args: ["A=1=2"] }', { args: new Map([['A', '1=2']]) }],
  ])('says %s', (_what, compose, expected) => {
    expect(merge(compose)).toMatchObject(expected);
  });

  test('starts where it lies', () => {
    expect(merge('{ context: ../web }', {}, 'deploy/compose.yml')).toMatchObject({
      context: 'web',
      dockerfile: 'web/Dockerfile',
    });
  });

  test('is silent where the manifest speaks', () => {
    const written = new Set(['context', 'dockerfile', 'target', 'args']);
    const own: Partial<Build> = {
      context: 'a',
      dockerfile: 'a/D',
      target: 't',
      args: new Map([['A', 'own']]),
      written,
    };
    const merged = merge('{ context: b, dockerfile: E, target: u, args: { A: theirs, B: theirs } }', own);
    expect(merged).toMatchObject({ context: 'a', dockerfile: 'a/D', target: 't' });
    expect([...merged.args]).toEqual([
      ['A', 'own'],
      ['B', 'theirs'],
    ]);
  });

  test('may have anchors and merge keys', () => {
    const text = 'x: &b { build: { context: app } }\nservices:\n  web: { <<: *b }\n';
    const [web] = withCompose([{ name: 'web', build: silent } as Service], { path: 'c.yml', text });
    expect(web?.build.context).toBe('app');
  });

  test.each([
    ['E_INPUT', '{ context: ../.. }', 'leads out'],
    ['E_INPUT', '{ context: /etc }', 'path inside'],
    ['E_INPUT', '{ context: "https://example.com/x.git#main" }', 'path inside'],
    ['E_INPUT', '{ context: "-" }', 'path inside'],
    ['E_INPUT', '{ context: "${WEB}" }', 'path inside'],
    ['E_INPUT', '{ context: ., dockerfile: "--output=type=local,dest=/" }', 'path inside'],
    ['E_INPUT', '{ context: ., dockerfile: ../../D }', 'path inside|leads out'],
    ['E_INPUT', '{ context: ., target: "-t" }', 'name of a stage'],
    ['E_INPUT', '{ context: ., args: { A: "${A}" } }', 'variable'],
    ['E_INPUT', '{ context: ., args: [A] }', 'value'],
    ['E_INPUT', '{ context: ., args: ["=x"] }', 'name'],
    ['E_INPUT', '{ context: ., dockerfile_inline: FROM scratch }', 'not taken over'],
    ['E_POLICY', '{ context: ., args: { NPM_TOKEN: npm_0123456789 } }', 'secret'],
  ])('is %s: %s', (code, compose, says) => {
    let error: unknown;
    try {
      merge(compose);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code, message: expect.stringMatching(new RegExp(says)) });
    expect(String(error)).toContain('docker-compose.yml: services.web.build');
    expect(String(error)).not.toContain('npm_0123');
  });

  test.each(['services: [', 'a: &a [*a, *a]\nb: *c'])('that is no YAML is refused: %j', (text) => {
    expect(() => withCompose([{ name: 'web', build: silent } as Service], { path: 'c.yml', text })).toThrow('not YAML');
  });
});

test('the definition of a compose file is what is built', async () => {
  const workshop = await openWorkshop(
    `version: 1\napplication: smartboard\nenvironments:\n  prod: { account: "111122223333", region: eu-west-1, github: { repository: example/smartboard } }\nservices:\n  web: { port: 3000 }\n`,
  );
  await workshop.write('docker-compose.yml', 'services:\n  web: { build: { dockerfile: services/web/Dockerfile } }\n');
  const { error, lines } = await workshop.run({ 'compose-file': 'docker-compose.yml' });
  expect(error).toBeUndefined();
  expect(lines.join('\n')).toContain('web: services/web/Dockerfile for linux/amd64');
  await workshop.close();
});
