import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { BaseImage } from '../src/content/base-images.ts';
import { type Content, readContent } from '../src/content/content-key.ts';
import { openContexts } from '../src/content/context-files.ts';
import { readDockerfile } from '../src/content/dockerfile.ts';
import { parseDockerignore } from '../src/content/dockerignore.ts';
import type { BuildOptions, ImagePlan } from '../src/plan.ts';
import { type Workshop, openWorkshop } from './workshop.ts';

const builds = (outputs: Readonly<Record<string, string>>) =>
  (JSON.parse(outputs['builds']!) as { service: string; how: string }[]).map(({ how }) => how);

describe('a second run', () => {
  let workshop: Workshop;
  beforeEach(async () => (workshop = await openWorkshop()));
  afterEach(() => workshop.close());

  const next = { commit: 'd'.repeat(40), runId: '1002' };
  const uploads = () => workshop.stage.calls.filter(({ service }) => service === 'registry').length;

  test('of another commit with the same content re-tags without a build, and says so', async () => {
    const first = await workshop.run();
    workshop.stage.forgetCalls();
    const before = uploads();
    const second = await workshop.run({}, next);
    expect(second.error).toBeUndefined();
    expect(second.outputs['images']).toBe(first.outputs['images']);
    expect(builds(second.outputs)).toEqual(['retagged', 'retagged']);
    expect(workshop.stage.writes()).toEqual(['PutImage', 'PutImage']);
    expect(uploads()).toBe(before);
    expect(second.summary).toContain('re-tagged (the registry has the same content)');
    expect(await workshop.digestOf('web', next.commit)).toBe(
      (JSON.parse(first.outputs['images']!) as { web: string }).web,
    );
  });

  test('builds only what has changed', async () => {
    await workshop.run();
    await workshop.write('services/web/index.js', 'console.log("changed")\n');
    expect(builds((await workshop.run({}, next)).outputs)).toEqual(['built', 'retagged']);
  });

  test.each([
    ['skip-unchanged is off', { 'skip-unchanged': 'false' }],
    ['everything is to be built anew', { 'no-cache': 'true' }],
    ['provenance is wanted now', { provenance: 'true' }],
    ['for another platform', { platforms: 'linux/arm64' }],
  ])('builds again when %s', async (_what, inputs) => {
    await workshop.run();
    expect(builds((await workshop.run(inputs, next)).outputs)).toEqual(['built', 'built']);
  });

  test('builds again when the base image cannot be looked up', async () => {
    await workshop.run();
    const { outputs, lines } = await workshop.run(
      {},
      { ...next, docker: async (words, options) => (words[1] === 'imagetools' ? 1 : workshop.standIn(words, options)) },
    );
    expect(builds(outputs)).toEqual(['built', 'built']);
    expect(lines.join('\n')).toContain('its base image node:24 cannot be looked up');
  });

  test('after one of a kind makes few calls: three, and two for each service', async () => {
    await workshop.run();
    const before = workshop.stage.calls.length;
    await workshop.run({}, next);
    expect(awsCalls(workshop, before)).toHaveLength(3 + 2 * 2);
  });
});

/** Calls of AWS's APIs: neither GitHub's nor those of the registry's protocol, which are docker's. */
function awsCalls({ stage }: Workshop, since: number): readonly string[] {
  const calls = stage.calls.slice(since).filter(({ service }) => service === 'ecr' || service === 'sts');
  return calls.map(({ operation }) => operation);
}

test('a cold run makes three calls, and three for each service', async () => {
  const workshop = await openWorkshop();
  const before = workshop.stage.calls.length;
  await workshop.run();
  expect(awsCalls(workshop, before)).toHaveLength(3 + 3 * 2);
  await workshop.close();
});

test('an image with provenance is an index with an image for the tasks, and is not built twice', async () => {
  const workshop = await openWorkshop();
  const first = await workshop.run({ provenance: 'mode=max' });
  expect(first.error).toBeUndefined();
  expect(first.summary).toContain('| index |');
  const second = await workshop.run({ provenance: 'mode=max' }, { commit: 'd'.repeat(40) });
  expect(second.outputs['images']).toBe(first.outputs['images']);
  await workshop.close();
});

describe('the content of an image', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'content-'));
    await write('Dockerfile', 'FROM node:24\nCOPY app /app\nCOPY --chown=node package*.json /app/\n');
    await write('app/index.js', 'one');
    await write('app/deep/er.js', 'two');
    await write('package.json', '{}');
    await write('other/file', 'not copied');
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }

  const options: BuildOptions = {
    provenance: undefined,
    sbom: undefined,
    compression: undefined,
    noCache: false,
    pull: false,
    rewriteTimestamps: true,
  };
  const image: ImagePlan = {
    service: 'web',
    repository: 'web',
    build: {
      context: '.',
      dockerfile: 'Dockerfile',
      target: undefined,
      args: new Map([['A', '1']]),
      secrets: [],
      platforms: ['linux/amd64'],
      written: new Set(),
    },
    labels: new Map(),
    secrets: [],
    cache: { from: [], to: [] },
  };
  const base = { kind: 'known', hash: '1', manifest: '{}' } as const;
  type ContentChanges = { bases?: BaseImage; wishes?: BuildOptions; secrets?: ImagePlan['secrets'] };
  const content = (
    changes: Partial<ImagePlan['build']> = {},
    { bases = base, wishes = options, secrets = image.secrets }: ContentChanges = {},
  ): Promise<Content> =>
    readContent({ ...image, secrets, build: { ...image.build, ...changes } }, wishes, {
      contexts: openContexts(directory),
      bases: { find: async () => bases },
    });

  test('is the same as long as nothing of it changes, whatever else does', async () => {
    const before = await content();
    expect(before).toMatchObject({ kind: 'known', tag: expect.stringMatching(/^content-[0-9a-f]{64}$/) });
    await write('other/file', 'changed');
    await write('README.md', 'new');
    expect(await content()).toEqual(before);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a file', () => write('app/index.js', 'changed')],
    ['a file deep down', () => write('app/deep/er.js', 'changed')],
    ['a file by pattern', () => write('package-lock.json', '{}')],
    ['a new file', () => write('app/new.js', '')],
    ['a file that is gone', () => rm(join(directory, 'app/deep'), { recursive: true })],
    ['a permission', () => chmod(join(directory, 'app/index.js'), 0o755)],
    ['the Dockerfile', () => write('Dockerfile', 'FROM node:24\nCOPY app /app\nCOPY package*.json /app/\nUSER node\n')],
    ['what is ignored', () => write('.dockerignore', 'app/deep\n')],
    ['what this Dockerfile ignores', () => write('Dockerfile.dockerignore', '**/er.js\n')],
    [
      'a link in the place of a file',
      async () => {
        await rm(join(directory, 'app/index.js'));
        await symlink('deep/er.js', join(directory, 'app/index.js'));
      },
    ],
  ])('is another one with %s', async (_what, change) => {
    const before = await content();
    await change();
    expect(await content()).not.toEqual(before);
  });

  test('is another one with other arguments, target, platforms, options, secrets or base image', async () => {
    const secret = join(directory, 'token');
    await writeFile(secret, 'one');
    const tags = [
      await content(),
      await content({ args: new Map([['A', '2']]) }),
      await content({ target: 'production' }),
      await content({ platforms: ['linux/arm64'] }),
      await content({}, { wishes: { ...options, provenance: 'true' } }),
      await content({}, { wishes: { ...options, compression: 'zstd' } }),
      await content({}, { bases: { ...base, hash: '2' } }),
      await content({}, { secrets: [{ id: 'token', file: secret }] }),
    ];
    await writeFile(secret, 'two');
    tags.push(await content({}, { secrets: [{ id: 'token', file: secret }] }));
    expect(new Set(tags.map((found) => JSON.stringify(found))).size).toBe(tags.length);
  });

  /** Whether a file that nothing names makes a difference. */
  const sensitive = async () => {
    await write('other/file', 'before');
    const before = await content();
    await write('other/file', 'after');
    return JSON.stringify(await content()) !== JSON.stringify(before);
  };
  test('is all of the context when a source is a link', async () => {
    expect(await sensitive()).toBe(false);
    await rm(join(directory, 'app'), { recursive: true });
    await symlink('other', join(directory, 'app'));
    expect(await sensitive()).toBe(true);
  });

  test('cannot be known when its base image cannot be looked up', async () => {
    expect(await content({}, { bases: { kind: 'unknown' } })).toMatchObject({
      kind: 'unknown',
    });
  });
});

describe('what a Dockerfile reads', () => {
  test.each<[string, string, object]>([
    [
      'a folder and a file',
      'FROM node:24\nCOPY a b/c /x/',
      { context: ['a', 'b/c'], images: ['node:24'], unknown: undefined },
    ],
    [
      'several stages',
      'FROM node:24 AS build\nCOPY src .\nFROM gcr.io/x:1\nCOPY --from=build /a /',
      { context: ['src'], images: ['node:24', 'gcr.io/x:1'] },
    ],
    ['a stage by number', 'FROM a\nFROM b\nCOPY --from=0 /x /', { context: [], images: ['a', 'b'] }],
    ['a stage named in capitals', 'FROM a AS Build\nFROM build', { images: ['a'] }],
    ['nothing', 'FROM scratch\nCMD ["x"]', { context: [], images: [], unknown: undefined }],
    ['an image to copy from', 'FROM a\nCOPY --from=busybox:1 /bin/sh /', { images: ['a', 'busybox:1'] }],
    [
      'an image to mount',
      'FROM a\nRUN --mount=type=bind,from=tools:2,target=/t make',
      { images: ['a', 'tools:2'], context: [] },
    ],
    ['a mount of the context', 'FROM a\nRUN --mount=type=bind,target=/src make', { context: 'everything' }],
    ['a mount of a cache', 'FROM a\nRUN --mount=type=cache,target=/root/.npm npm ci', { context: [] }],
    ['an argument as a base', 'ARG V=24\nFROM node:${V}', { images: ['node:24'] }],
    ['an argument that is given', 'ARG V=24\nFROM node:$V-slim\nCOPY a /', { images: ['node:26-slim'] }],
    ['an argument nobody gives', 'ARG BASE\nFROM $BASE', { unknown: expect.stringContaining('variable') }],
    ['a source by variable', 'FROM a\nARG D\nCOPY $D /', { context: 'everything' }],
    ['a JSON array', 'FROM a\nCOPY ["a b", "c", "/x/"]', { context: ['a b', 'c'] }],
    ['a here-document', 'FROM a\nCOPY <<EOF /x\nhello\nEOF', { context: 'everything' }],
    ['a continued line', 'FROM a\nCOPY a \\\n  # why\n  b /x/', { context: ['a', 'b'] }],
    ['a continued line with an empty one in it', 'FROM a\nCOPY a b \\\n\n  c /x/', { context: ['a', 'b', 'c'] }],
    ['flags', 'FROM --platform=$BUILDPLATFORM a\nCOPY --link --chown=1:1 a /', { context: ['a'], images: ['a'] }],
    ['a URL', 'FROM a\nADD https://example.com/x /', { unknown: expect.stringContaining('ADD') }],
    ['a repository', 'FROM a\nADD git@github.com:x/y.git /', { unknown: expect.stringContaining('ADD') }],
    ['a URL in quotes', 'FROM a\nADD "https://example.com/x" /', { unknown: expect.stringContaining('ADD') }],
    ['what may be a URL', 'FROM a\nARG U\nADD ${U} /', { unknown: expect.stringContaining('ADD') }],
    ['a file by ADD', 'FROM a\nADD x.tar /', { context: ['x.tar'] }],
    ['a syntax', '# syntax=docker/dockerfile:1\nFROM a', { images: ['docker/dockerfile:1', 'a'] }],
    ['a syntax of its own', '# syntax=example/front:1\nFROM a', { unknown: expect.stringContaining('syntax') }],
    ['another escape', '# escape=`\nFROM a', { unknown: expect.stringContaining('escape') }],
    ['no stage', 'COPY a /', { unknown: expect.stringContaining('FROM') }],
    ['small letters', 'from a\ncopy b /', { context: ['b'], images: ['a'] }],
  ])('%s', (_what, text, expected) => {
    const args = new Map(text.includes('-slim') ? [['V', '26']] : []);
    expect(readDockerfile(text, args)).toMatchObject(expected);
  });
});

describe('.dockerignore', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['node_modules', ['node_modules', 'node_modules/a'], ['src/node_modules']],
    ['**/node_modules', ['node_modules', 'a/b/node_modules/c'], ['node_modules2']],
    ['*.md\n!README.md', ['a.md'], ['README.md', 'docs/a.md']],
    ['/build/', ['build', 'build/x'], ['a/build']],
    ['a?c/[xy]', ['abc/x'], ['abc/z', 'ac/x']],
    ['# comment\n\n  tmp  ', ['tmp/x'], ['# comment']],
    ['docs/**', ['docs/a/b'], ['docs2']],
    ['a+b.(c)', ['a+b.(c)'], ['aab.c']],
  ])('%j', (text, ignored, kept) => {
    const isIgnored = parseDockerignore(text);
    expect(ignored.filter((path) => !isIgnored(path))).toEqual([]);
    expect(kept.filter((path) => isIgnored(path))).toEqual([]);
  });
});
