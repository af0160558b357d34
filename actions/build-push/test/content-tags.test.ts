import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decideImages } from '../src/decide.ts';
import type { BakeDefinition } from '../src/docker/bake.ts';
import type { Docker } from '../src/docker/docker.ts';
import type { ObservedImage } from '../src/observe.ts';
import { type Workshop, openWorkshop } from './workshop.ts';

let workshop: Workshop;
beforeEach(async () => (workshop = await openWorkshop()));
afterEach(() => workshop.close());

const commit = 'c'.repeat(40);
const next = { commit: 'd'.repeat(40), runId: '1002' };

/** The name that an image of web is pushed under: of its content, or by digest. */
const nameOf = ({ target }: BakeDefinition): string => {
  const [, tag] = /:(content-[0-9a-f]{64}),/.exec(target['web']!.output[0]) ?? [];
  return tag ?? (target['web']!.output[0].includes('push-by-digest=true') ? 'digest' : 'neither');
};

/** The stand-in, and what happens before each of its pushes. */
const before =
  (happens: (content: string, bakes: number) => Promise<number | undefined>): Docker =>
  async (words, options) => {
    if (words[1] !== 'bake') return workshop.standIn(words, options);
    const definition = JSON.parse(await readFile(words[3]!, 'utf8')) as BakeDefinition;
    bakes.push(nameOf(definition));
    return (await happens(bakes[0]!, bakes.length)) ?? workshop.standIn(words, options);
  };
let bakes: string[];
beforeEach(() => void (bakes = []));

/** The stand-in, whose first push breaks off. */
const breakingOff: Docker = (words, options) =>
  before(async (_content, count) => {
    if (count > 1) return undefined;
    options.onLine('ERROR: failed to push x/web: connection reset by peer', 'complaint');
    return 1;
  })(words, options);

describe('a push', () => {
  test('gives the tag of the content, and nobody gives it again', async () => {
    const { outputs } = await workshop.run({}, { docker: before(async () => undefined) });
    const { web } = JSON.parse(outputs['images']!) as { web: string };
    expect(await workshop.digestOf('web', bakes[0]!)).toBe(web);
    expect(workshop.stage.writes().filter((name) => name === 'PutImage')).toHaveLength(2);
  });

  test('that another job was faster with is made by digest, and their image keeps the tag', async () => {
    const theirs = await workshop.stage.push('web');
    const docker = before(async (content, count) => {
      if (count === 1) await workshop.tag('web', theirs, content);
      return undefined;
    });
    const { error, outputs } = await workshop.run({}, { docker });
    expect(error).toBeUndefined();
    expect(bakes).toEqual([expect.stringMatching(/^content-/), 'digest']);
    const { web } = JSON.parse(outputs['images']!) as { web: string };
    expect(await workshop.digestOf('web', commit)).toBe(web);
    expect(await workshop.digestOf('web', bakes[0]!)).toBe(theirs);
  });

  test('that has failed is made by digest the next time, and the content is noted afterwards', async () => {
    const { error, outputs } = await workshop.run({}, { docker: breakingOff });
    expect(error).toBeUndefined();
    expect(bakes).toEqual([expect.stringMatching(/^content-/), 'digest']);
    const { web } = JSON.parse(outputs['images']!) as { web: string };
    expect(await workshop.digestOf('web', bakes[0]!)).toBe(web);
  });

  test('with the content of an image that is there already, is by digest', async () => {
    await workshop.run();
    await workshop.run({ 'no-cache': 'true' }, { ...next, docker: before(async () => undefined) });
    expect(bakes).toEqual(['digest']);
  });
});

test('when nothing is to be built, nobody waits for a builder that does not answer', async () => {
  await workshop.run();
  let takenBack = false;
  const docker: Docker = (words, options) =>
    words[1] !== 'inspect'
      ? workshop.standIn(words, options)
      : new Promise((resolve) =>
          options.signal.addEventListener('abort', () => {
            takenBack = true;
            resolve(130);
          }),
        );
  const { error } = await workshop.run({}, { ...next, docker });
  expect(error).toBeUndefined();
  expect(takenBack).toBe(true);
});

/** What is done for two platforms when the image of the same content is an index for these. */
const decideWith = (...architectures: string[]) => {
  const manifests = architectures.map((architecture) => ({ platform: { os: 'linux', architecture } }));
  const sameContent = { digest: `sha256:${'1'.repeat(64)}`, manifest: JSON.stringify({ manifests }), mediaType: '' };
  const image = {
    build: { platforms: ['linux/amd64', 'linux/arm64'] },
    content: { kind: 'known', tag: 'content-0', bases: [] },
    found: { sameContent },
  } as unknown as ObservedImage;
  return decideImages([image], { skipUnchanged: true, noCache: false })[0];
};

test('an image of the same content that lacks a platform is not taken', () => {
  expect(decideWith('amd64', 'arm64')).toMatchObject({ kind: 'retag' });
  expect(decideWith('amd64')).toMatchObject({
    kind: 'build',
    why: 'the image of the same content has nothing for linux/arm64',
  });
});
