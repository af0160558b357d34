import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { unpackImage } from '../drivers/process/unpack.ts';
import { imageOf, layerOf, type Files } from './process-world.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'unpack-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function unpack(...layers: readonly Files[]): Promise<string[]> {
  const root = path.join(folder, 'root');
  await unpackImage(imageOf(...(await Promise.all(layers.map(layerOf)))), root);
  const found = await readdir(root, { recursive: true });
  return found.sort();
}
const read = (file: string) => readFile(path.join(folder, 'root', file), 'utf8');

test('later layers win', async () => {
  await unpack({ 'app/index.js': 'old', 'app/kept.js': 'kept' }, { 'app/index.js': 'new' });
  expect([await read('app/index.js'), await read('app/kept.js')]).toEqual(['new', 'kept']);
});

test('a gzipped layer is unpacked whatever its media type says', async () => {
  const layer = gzipSync(await layerOf({ 'app/index.js': 'packed' }));
  await unpackImage(imageOf(layer), path.join(folder, 'root'));
  expect(await read('app/index.js')).toBe('packed');
});

test('a whiteout deletes what an earlier layer brought', async () => {
  const files = await unpack(
    { 'app/a.js': '', 'app/b.js': '', 'app/lib/c.js': '' },
    { 'app/.wh.a.js': '', 'app/.wh.lib': '' },
  );
  expect(files).toEqual(['app', 'app/b.js']);
});

test('an opaque whiteout empties a folder of earlier layers, not of its own', async () => {
  const files = await unpack({ 'app/old.js': '' }, { 'app/new.js': '', 'app/.wh..wh..opq': '' });
  expect(files).toEqual(['app', 'app/new.js']);
});

test('a file can become a folder, and a folder a file', async () => {
  const files = await unpack({ a: 'file', 'b/c': 'file' }, { a: null, 'a/d': 'file', b: 'file' });
  expect(files).toEqual(['a', 'a/d', 'b']);
});

test('an absolute link starts at the root of the image, as in a container', async () => {
  await unpack({ 'etc/passwd': 'of the image', 'app/link': '-> /etc/passwd', 'app/near': '-> ../etc' });
  expect([await read('app/link'), await read('app/near/passwd')]).toEqual(['of the image', 'of the image']);
});

test.each<[string, Files]>([
  ['a path that climbs out', { '../../outside': '' }],
  ['a link that points out', { 'app/link': '-> ../../outside' }],
  ['a link that leads out by a detour', { top: null, 'a/b/k': '-> ../../top', 'a/b/k/out': '-> ../..' }],
])('%s is refused', async (_what, files) => {
  await expect(unpack(files)).rejects.toThrow(/outside its root|out of its root/);
  expect(await readdir(folder)).toEqual(['root']);
});

test.each([
  ['more bytes', { maxBytes: 10, maxEntries: 10 }, 'larger than the simulator unpacks'],
  ['more files', { maxBytes: 1000, maxEntries: 2 }, 'more files than the simulator unpacks'],
])('an image with %s than allowed is refused', async (_what, limits, message) => {
  const image = imageOf(await layerOf({ a: '12345', b: '12345', c: '12345' }));
  await expect(unpackImage(image, path.join(folder, 'root'), limits)).rejects.toThrow(message);
});

test('a layer that is no tar archive is an error, not a hang', async () => {
  await expect(unpackImage(imageOf(Buffer.from('x'.repeat(600))), path.join(folder, 'root'))).rejects.toThrow();
});
