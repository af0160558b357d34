import { describe, expect, test } from '@jest/globals';
import { parseDockerCommand } from '../command-line.ts';
import { parseDockerfile } from '../dockerfile.ts';
import { parseIgnore } from '../ignore.ts';
import { planStage } from '../stage.ts';
import { expand, splitWords } from '../words.ts';

function stageOf(text: string, args: Record<string, string> = {}, stage?: string) {
  const warnings: string[] = [];
  const plan = planStage(parseDockerfile(text, 'Dockerfile'), { args, stage }, (warning) => warnings.push(warning));
  return { ...plan, warnings };
}

describe('a Dockerfile', () => {
  test('adds up to a configuration', () => {
    const stage = stageOf(
      `# syntax=docker/dockerfile:1
ARG NODE=24
FROM node:\${NODE}-slim AS production
ARG VERSION=1
ENV NODE_ENV=production GREETING="hello world"
WORKDIR /app
WORKDIR sub
LABEL version=$VERSION \\
      title='the web'
EXPOSE 3000 9000/udp
USER node
CMD ["node", "index.js"]`,
      { VERSION: '2' },
      'production',
    );
    expect(stage).toMatchObject({
      base: 'docker.io/library/node:24-slim',
      workingDirectory: '/app/sub',
      user: 'node',
      command: ['node', 'index.js'],
      entrypoint: [],
    });
    expect(Object.fromEntries(stage.environment)).toMatchObject({ NODE_ENV: 'production', GREETING: 'hello world' });
    expect(Object.fromEntries(stage.labels)).toEqual({ version: '2', title: 'the web' });
    expect([...stage.ports]).toEqual(['3000/tcp', '9000/udp']);
  });

  test('copies files and folders to where the Dockerfile reference says', () => {
    const copies = stageOf('FROM node\nWORKDIR /app\nCOPY --chown=node:node a b ./\nCOPY ["c d", "/x"]');
    expect(copies.steps.flatMap(({ copy }) => copy ?? [])).toEqual([
      { sources: ['a', 'b'], destination: '/app', intoFolder: true },
      { sources: ['c d'], destination: '/x', intoFolder: false },
    ]);
    expect(copies.warnings).toEqual(['Dockerfile:3: --chown is not needed here: tasks run as you']);
  });

  test.each([
    ['FROM node\nRUN npm ci', 'Dockerfile:2: the stand-in for docker cannot do RUN (it starts no containers)'],
    ['FROM python:3', 'Dockerfile:1: the stand-in for docker cannot do an image other than node as a base'],
    ['FROM node\nFROM node', 'Dockerfile:2: the stand-in for docker cannot do a second build stage'],
    ['FROM node\n\nADD a b', 'Dockerfile:3: the stand-in for docker cannot do the instruction ADD'],
    ['FROM node\nCOPY --from=build a b', 'Dockerfile:2: the stand-in for docker cannot do COPY --from'],
    ['FROM node\nCOPY <<EOF /x\nEOF', 'Dockerfile:2: the stand-in for docker cannot do here-documents'],
    ['FROM node\nCOPY ../secret .', 'Dockerfile:2: a source outside of the build context'],
    ['FROM node\nCOPY a', 'Dockerfile:2: COPY needs a source and a destination'],
    ['COPY a b\nFROM node', 'Dockerfile:1: no build stage yet'],
    ['# nothing', 'Dockerfile: no build stage (FROM is missing)'],
    ['FROM node\nCMD', 'Dockerfile:2: CMD needs something after it'],
  ])('%j is refused with its line', (text, message) => {
    expect(() => stageOf(text)).toThrow(message);
  });

  test('a stage that is not there is refused', () => {
    expect(() => stageOf('FROM node', {}, 'production')).toThrow('Dockerfile:1: there is no stage production');
  });
});

test('variables are filled in as the reference says', () => {
  const variables = new Map([
    ['A', '1'],
    ['EMPTY', ''],
  ]);
  expect(expand('$A ${A} ${B:-other} ${EMPTY:-other} ${A:+set} \\$A $B', variables)).toBe('1 1 other other set $A ');
});

test('quotes hold words together', () => {
  expect(splitWords(`a="b c" 'd e'  f\\ g`)).toEqual(['a=b c', 'd e', 'f g']);
});

describe('.dockerignore', () => {
  const ignore = parseIgnore('# notes\nnode_modules\n**/*.log\n.env*\n!.env.example\n/dist/\n');
  test.each([
    ['node_modules', true],
    ['node_modules/pg/index.js', true],
    ['services/node_modules', false],
    ['a.log', true],
    ['services/web/b.log', true],
    ['.env', true],
    ['.env.example', false],
    ['dist/index.js', true],
    ['src/index.js', false],
  ])('%s: left out is %s', (path, expected) => {
    expect(ignore(path)).toBe(expected);
  });
});

test.each([[['run', 'x']], [['buildx', 'build', '.']], [['buildx', 'bake', '--load']], [[]]])(
  'docker %j is refused, not ignored',
  (words) => {
    expect(() => parseDockerCommand(words)).toThrow();
  },
);
