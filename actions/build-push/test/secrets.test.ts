import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BakeDefinition } from '../src/docker/bake.ts';
import { type Workshop, openWorkshop, twoServices } from './workshop.ts';

const secret = '//registry.example/:_authToken=npm-3f8c1d90ab77';
const manifest = twoServices.replace('services/web/Dockerfile', 'services/web/Dockerfile, secrets: [npm]');

let workshop: Workshop;
beforeEach(async () => {
  workshop = await openWorkshop(manifest);
  await workshop.write('npmrc-of-the-job', `${secret}\n`);
});
afterEach(() => workshop.close());

test('a build secret reaches the service that names it, by a file, and nothing else has it', async () => {
  const definitions: BakeDefinition[] = [];
  const run = await workshop.run(
    { 'secret-files': 'npm=npmrc-of-the-job' },
    { onBake: (definition) => definitions.push(definition) },
  );
  expect(run.error).toBeUndefined();
  const { web, worker } = definitions[0]!.target;
  expect(web?.secret).toEqual([`id=npm,src=${join(workshop.stage.directory, 'npmrc-of-the-job')}`]);
  expect(worker).not.toHaveProperty('secret');
  const said = JSON.stringify([definitions, workshop.dockerCalls, run.lines, run.summary, run.outputs]);
  expect(said).not.toContain('3f8c1d90ab77');
  expect(run.masks.has(secret)).toBe(true);
});

test('another secret is another content', async () => {
  const inputs = { 'secret-files': 'npm=npmrc-of-the-job', services: 'web' };
  await workshop.run(inputs);
  await workshop.write('npmrc-of-the-job', 'another one, as long\n');
  const { outputs } = await workshop.run(inputs, { commit: 'd'.repeat(40) });
  expect(JSON.parse(outputs['builds']!)).toMatchObject([{ service: 'web', how: 'built' }]);
});

test('a secret that nobody has given is an input that is missing', async () => {
  const { error } = await workshop.run();
  expect(error).toMatchObject({ code: 'E_INPUT', place: 'secret-files' });
});

test('without buildx there are no build secrets, and that is not passed over', async () => {
  const { error } = await workshop.run({ 'secret-files': 'npm=npmrc-of-the-job' }, { like: 'plain-docker' });
  expect(error).toMatchObject({ code: 'E_STATE', place: 'builder' });
});

test('an index without an image for a platform that was asked for is not called good', async () => {
  const { error } = await workshop.run(
    { 'secret-files': 'npm=npmrc-of-the-job', platforms: 'linux/arm64,linux/amd64', provenance: 'true' },
    {
      docker: async (words, options) => {
        if (words[1] === 'bake') await forget('linux/arm64', words[3]!);
        return workshop.standIn(words, options);
      },
    },
  );
  expect(error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('has no image for linux/arm64') });
  expect(await workshop.digestOf('web', 'c'.repeat(40))).toBeUndefined();
});

/** A builder that leaves one platform out. */
async function forget(platform: string, file: string): Promise<void> {
  const definition = JSON.parse(await readFile(file, 'utf8')) as { target: Record<string, { platforms: string[] }> };
  for (const target of Object.values(definition.target)) {
    target.platforms = target.platforms.filter((one) => one !== platform);
  }
  await writeFile(file, JSON.stringify(definition));
}
