import { createWriteStream } from 'node:fs';
import { link, lstat, mkdir, readdir, realpath, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Extract } from 'tar-stream';
import type { PulledImage } from '../driver.ts';

/** What an image may unpack to. Larger is refused: a small compressed layer can hide gigabytes. */
export type UnpackLimits = { readonly maxBytes: number; readonly maxEntries: number };

export const defaultUnpackLimits: UnpackLimits = { maxBytes: 1024 ** 3, maxEntries: 60_000 };

/**
 * Lays an image's layers over each other in `root`, as the OCI image specification says: later layers win, whiteouts
 * (`.wh.name`, `.wh..wh..opq`) delete what earlier ones brought. Owners, devices and special bits are not kept.
 * Throws when an entry would leave `root` or a limit is passed.
 */
export async function unpackImage(
  image: Pick<PulledImage, 'layers'>,
  root: string,
  limits: UnpackLimits = defaultUnpackLimits,
): Promise<void> {
  await mkdir(root, { recursive: true });
  const budget = { bytes: limits.maxBytes, entries: limits.maxEntries };
  for (const layer of image.layers) await unpackLayer(layer.bytes, await realpath(root), budget);
}

type Entry = Extract extends AsyncIterable<infer Each> ? Each : never;
type Budget = { bytes: number; entries: number };

/** `written` holds what this layer brought: an opaque whiteout deletes only what was there before it. */
type Layer = { readonly root: string; readonly budget: Budget; readonly written: Set<string> };

async function unpackLayer(bytes: Uint8Array, root: string, budget: Budget): Promise<void> {
  const layer: Layer = { root, budget, written: new Set() };
  const entries = extract();
  const source = Readable.from([Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]);
  const packed = isGzip(bytes) ? pipeline(source, createGunzip(), entries) : pipeline(source, entries);
  const unpacked = (async () => {
    for await (const entry of entries) {
      spend(entry, budget);
      await unpackEntry(entry, layer);
    }
  })();
  await Promise.all([packed, unpacked]);
}

/** The media type is what the builder claims; the first two bytes are what the blob is. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function spend(entry: Entry, budget: Budget): void {
  budget.entries -= 1;
  budget.bytes -= entry.header.size;
  if (budget.entries < 0) throw new Error('the image has more files than the simulator unpacks');
  if (budget.bytes < 0) throw new Error('the image is larger than the simulator unpacks');
}

async function unpackEntry(entry: Entry, layer: Layer): Promise<void> {
  const { name, type, mode } = entry.header;
  const named = inside(layer.root, name);
  if (named === layer.root) return void entry.resume();
  const parent = await makeFolder(path.dirname(named), layer.root);
  const base = path.basename(named);
  const target = path.join(parent, base);
  if (base === '.wh..wh..opq') return hideFolder(parent, layer, entry);
  if (base.startsWith('.wh.')) return hideOne(path.join(parent, base.slice(4)), entry);
  await makeRoom(target, type === 'directory');
  layer.written.add(target);
  if (type === 'file' || type === 'contiguous-file') {
    // Owner bits are added so that the simulator can delete what it unpacked.
    return pipeline(entry, createWriteStream(target, { mode: mode | 0o600 }));
  }
  entry.resume();
  if (type === 'directory') await mkdir(target, { recursive: true });
  if (type === 'symlink') await symlink(linkTarget(entry, target, layer.root), target);
  if (type === 'link') await link(await existingInside(layer.root, entry.header.linkname), target);
}

async function hideFolder(folder: string, layer: Layer, entry: Entry): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (!layer.written.has(file)) await rm(file, { recursive: true, force: true });
  }
  entry.resume();
}

async function hideOne(file: string, entry: Entry): Promise<void> {
  await rm(file, { recursive: true, force: true });
  entry.resume();
}

/** A path of the image as a path of this machine. Throws when it climbs out. */
function inside(root: string, name: string): string {
  const target = path.join(root, path.normalize(`./${name}`));
  if (target !== root && !target.startsWith(root + path.sep)) {
    throw new Error(`the image has a file outside its root: ${JSON.stringify(name)}`);
  }
  return target.endsWith(path.sep) ? target.slice(0, -1) : target;
}

/** Makes a folder and says where it really is; refuses one that is reached through a link out of the root. */
async function makeFolder(folder: string, root: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const real = await realpath(folder);
  refuseOutside(real, root, folder);
  return real;
}

async function existingInside(root: string, name: string): Promise<string> {
  const file = await realpath(inside(root, name));
  refuseOutside(file, root, name);
  return file;
}

function refuseOutside(file: string, root: string, name: string): void {
  if (file === root || file.startsWith(root + path.sep)) return;
  throw new Error(`the image has a link out of its root: ${JSON.stringify(name)}`);
}

/** A later layer may replace a file by a folder and the reverse; a folder over a folder keeps its content. */
async function makeRoom(target: string, isFolder: boolean): Promise<void> {
  const existing = await lstat(target).catch(() => undefined);
  if (existing === undefined || (isFolder && existing.isDirectory())) return;
  await rm(target, { recursive: true, force: true });
}

/** Where a link points to, as a relative path. Inside a container an absolute target starts at the image's root. */
function linkTarget(entry: Entry, target: string, root: string): string {
  const linkname = entry.header.linkname;
  const folder = path.dirname(target);
  const absolute = path.isAbsolute(linkname) ? path.join(root, linkname) : path.resolve(folder, linkname);
  refuseOutside(absolute, root, linkname);
  return path.relative(folder, absolute) || '.';
}
