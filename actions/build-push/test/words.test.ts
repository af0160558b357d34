import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { docker } from '../src/docker/docker.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'words-'));
  const script = `#!${process.execPath}\nrequire('fs').writeFileSync('${directory}/got', JSON.stringify(process.argv.slice(2)))\n`;
  await writeFile(join(directory, 'docker'), script);
  await chmod(join(directory, 'docker'), 0o755);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const mark = fc.constantFrom(...'$`"\'\\;|&<>(){}[]*?!#~%^= \n\t-a1é'.split(''));
const word = fc.string({ unit: mark, maxLength: 30 });

test('whatever is in a word, docker gets that word and no shell sees it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 40 }), async (words) => {
      const options = { environment: { PATH: directory }, directory, signal: new AbortController().signal };
      const code = await docker(words, { ...options, onLine: () => {} });
      expect(code).toBe(0);
      expect(JSON.parse(await readFile(join(directory, 'got'), 'utf8'))).toEqual(words);
    }),
    { numRuns: 20 },
  );
});

test('what kills docker is in its exit code', async () => {
  const script = `#!/bin/sh\nkill -9 $$\n`;
  const folder = await mkdtemp(join(tmpdir(), 'killed-'));
  await writeFile(join(folder, 'docker'), script);
  await chmod(join(folder, 'docker'), 0o755);
  const signal = new AbortController().signal;
  const environment = { PATH: `${folder}:/bin` };
  expect(await docker([], { environment, directory: folder, signal, onLine: () => {} })).toBe(137);
  await rm(folder, { recursive: true });
});

test('a machine without docker is told so', async () => {
  const signal = new AbortController().signal;
  const missing = docker([], { environment: { PATH: '/nowhere' }, directory, signal, onLine: () => {} });
  await expect(missing).rejects.toMatchObject({ code: 'E_STATE', message: 'There is no `docker` on this machine.' });
});
