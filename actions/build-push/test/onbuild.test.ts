import { afterEach, describe, expect, test } from '@jest/globals';
import { openBaseImages } from '../src/content/base-images.ts';
import type { Docker } from '../src/docker/docker.ts';
import { type Workshop, openWorkshop } from './workshop.ts';

/** A registry, by what `imagetools inspect --raw` says of each name; notes what was asked. */
function registryOf(images: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const tool = {
    run: async () => 1,
    ask: async (words: readonly string[]) => {
      const name = words[3]!;
      asked.push(name);
      const found = images[name];
      const output = typeof found === 'string' ? found : JSON.stringify(found ?? '');
      return { code: found === undefined ? 1 : 0, output, complaint: '' };
    },
  };
  return { asked, bases: openBaseImages(tool) };
}

const withOnbuild = { architecture: 'amd64', config: { OnBuild: ['ADD https://example.com/x /'] } };
const without = { architecture: 'amd64', config: { OnBuild: null } };
const image = (config: string) => ({ config: { digest: config }, layers: [] });
const index = {
  manifests: [
    { digest: 'sha256:amd', platform: { os: 'linux', architecture: 'amd64' } },
    { digest: 'sha256:arm', platform: { os: 'linux', architecture: 'arm64' } },
  ],
};

describe('whether a base image has ONBUILD', () => {
  test.each<[string, string, Record<string, unknown>, boolean | undefined]>([
    ['is in its configuration', 'node:24', { 'node:24': image('sha256:c'), 'node@sha256:c': withOnbuild }, true],
    ['mostly it has none', 'node', { node: image('sha256:c'), 'node@sha256:c': without }, false],
    [
      'for a registry with a port',
      'localhost:5000/base/node:24',
      { 'localhost:5000/base/node:24': image('sha256:c'), 'localhost:5000/base/node@sha256:c': withOnbuild },
      true,
    ],
    [
      'for an image by digest',
      'node:24@sha256:top',
      { 'node:24@sha256:top': image('sha256:c'), 'node@sha256:c': withOnbuild },
      true,
    ],
    [
      'of an index, for the platform that is built for',
      'node:24',
      { 'node:24': index, 'node@sha256:arm': image('sha256:c'), 'node@sha256:c': withOnbuild },
      true,
    ],
    ['cannot be told without the configuration', 'node:24', { 'node:24': image('sha256:c') }, undefined],
    ['cannot be told of what is not there', 'node:24', {}, undefined],
    ['cannot be told of what is nothing', 'node:24', { 'node:24': 'null' }, undefined],
    ['cannot be told of a page of HTML', 'node:24', { 'node:24': '<html>' }, undefined],
  ])('%s', async (_what, name, images, expected) => {
    expect(await registryOf(images).bases.hasOnbuild(name, 'linux/arm64')).toBe(expected);
  });

  test('is asked once, however many are built on it', async () => {
    const { asked, bases } = registryOf({ 'node:24': image('sha256:c'), 'node@sha256:c': without });
    await Promise.all([bases.find('node:24'), bases.find('node:24'), bases.hasOnbuild('node:24', 'linux/amd64')]);
    await bases.hasOnbuild('node:24', 'linux/amd64');
    expect(asked).toEqual(['node:24', 'node@sha256:c']);
  });
});

/** What the output `builds` says of each image. */
const ways = ({ builds }: Readonly<Record<string, string>>) =>
  (JSON.parse(builds!) as { how: string }[]).map(({ how }) => how);

describe('images that are built on one with ONBUILD', () => {
  let workshop: Workshop;
  afterEach(() => workshop.close());

  /** The stand-in, with this for the configuration of node:24. */
  const registry =
    (config: unknown): Docker =>
    async (words, options) => {
      if (words[1] !== 'imagetools') return workshop.standIn(words, options);
      const isTop = words[3] === 'node:24';
      if (!isTop && config === undefined) return 1;
      options.onLine(JSON.stringify(isTop ? image('sha256:c') : config), 'output');
      return 0;
    };
  const next = { commit: 'd'.repeat(40), runId: '1002' };

  test('are built each time, and it is said why', async () => {
    workshop = await openWorkshop();
    await workshop.run({}, { docker: registry(withOnbuild) });
    const { outputs, summary } = await workshop.run({}, { ...next, docker: registry(withOnbuild) });
    expect(ways(outputs)).toEqual(['built', 'built']);
    expect(summary).toContain('| web | built (its base image node:24 has ONBUILD) |');
  });

  test('are re-tagged where the registry does not tell, and that is in the log', async () => {
    workshop = await openWorkshop();
    const { lines } = await workshop.run({}, { docker: registry(undefined) });
    expect(lines.join('\n')).toContain('the registry does not tell whether node:24 has ONBUILD; taken for none');
    expect(ways((await workshop.run({}, { ...next, docker: registry(undefined) })).outputs)).toEqual([
      'retagged',
      'retagged',
    ]);
  });

  test('what is not to be built costs no question', async () => {
    workshop = await openWorkshop();
    await workshop.run();
    workshop.dockerCalls.length = 0;
    await workshop.run({}, next);
    const asked = workshop.dockerCalls.filter(({ words }) => words[1] === 'imagetools');
    expect(asked.map(({ words }) => words[3])).toEqual(['node:24']);
  });
});
