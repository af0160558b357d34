import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BakeDefinition } from '../src/docker/bake.ts';
import { type Workshop, openWorkshop } from './workshop.ts';

let workshop: Workshop;
let callsBefore: number;
beforeEach(async () => {
  workshop = await openWorkshop();
  callsBefore = workshop.stage.calls.length;
});
afterEach(() => workshop.close());

const calls = () => workshop.stage.calls.slice(callsBefore);

/** As in a pull request from a fork: neither role nor token. */
const alone = { push: 'false', 'role-to-assume': '' };

test('with `push: false` every image is built, and neither AWS nor a registry is asked for anything', async () => {
  const { error, outputs, summary, lines } = await workshop.run(alone);
  expect(error).toBeUndefined();
  expect(calls()).toEqual([]);
  expect(outputs).toEqual({});
  expect(summary).toContain('### Images (nothing was pushed)');
  expect(summary).toMatch(/\| web \| built \|.*\| linux\/amd64 \|/);
  expect(lines.join('\n')).toContain('2 images to build, none to push');
});

test('docker is then called with its own configuration', async () => {
  await workshop.run(alone);
  const [inspect, bake, ...rest] = workshop.dockerCalls;
  expect([inspect?.words[1], bake?.words[1], rest]).toEqual(['inspect', 'bake', []]);
  expect(bake?.environment['DOCKER_CONFIG']).toBe(`${workshop.stage.directory}/.docker`);
});

test('an image that cannot be built fails the step, and names its line', async () => {
  await workshop.write('services/web/Dockerfile', 'FROM node:24\nCOPY missing.js .\n');
  const { error } = await workshop.run(alone);
  expect(error).toMatchObject({ code: 'E_STATE' });
  expect(error?.message).toMatch(/^What could not be built: one problem\n {2}services.web: .*missing.js was not found/);
});

test('caches that are given are used, those in the registry are not', async () => {
  const targets: BakeDefinition['target'][] = [];
  const onBake = ({ target }: BakeDefinition) => void targets.push(target);
  await workshop.run(alone, { onBake });
  await workshop.run({ ...alone, 'cache-from': 'gha' }, { onBake, variables: { ACTIONS_RUNTIME_TOKEN: 'token' } });
  expect(targets.map(({ web }) => web?.['cache-from'])).toEqual([undefined, ['type=gha,scope=web']]);
  expect(targets.map(({ web }) => web?.['cache-to'])).toEqual([undefined, undefined]);
  expect(workshop.dockerCalls.at(-1)?.environment).toHaveProperty('ACTIONS_RUNTIME_TOKEN');
});

test.each(['docker-driver', 'plain-docker'] as const)('%s can do it too, and no tag is given', async (like) => {
  const { error, warnings } = await workshop.run(alone, { like });
  expect(error).toBeUndefined();
  expect(warnings.join()).not.toContain('tag');
  expect(workshop.dockerCalls.map(({ words }) => words[0])).not.toContain('push');
  expect(calls()).toEqual([]);
});

test('a part of the services is built where parts are asked for', async () => {
  const runs = [await workshop.run({ ...alone, shard: '1/2' }), await workshop.run({ ...alone, shard: '2/2' })];
  expect(runs.map(({ summary }) => /\| (\w+) \| built/.exec(summary)?.[1])).toEqual(['web', 'worker']);
  expect(calls()).toEqual([]);
});

test('nothing is joined that was not pushed', async () => {
  const { error } = await workshop.run({ ...alone, shard: 'join' });
  expect(error).toMatchObject({ code: 'E_INPUT', place: 'push' });
});

test('a dry run of it builds nothing', async () => {
  const { error, summary } = await workshop.run({ ...alone, 'dry-run': 'true' });
  expect(error).toBeUndefined();
  expect(summary).toMatch(/\| web \| smartboard-web \| services\/web\/Dockerfile \| build \| \S+push\S+ is off \|/);
  expect(workshop.dockerCalls).toEqual([]);
});
