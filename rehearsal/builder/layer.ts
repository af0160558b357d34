import { readFile, readlink } from 'node:fs/promises';
import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { type Blob, blobOf, sha256 } from './blob.ts';
import { isExecutable } from './context.ts';

/** A path in the image, without the leading slash, and what lies there. */
export type LayerEntry =
  | { readonly path: string; readonly kind: 'directory' }
  | { readonly path: string; readonly kind: 'file' | 'link'; readonly source: string };

export type Layer = { readonly blob: Blob; /** sha256 of the tar before compression. */ readonly diffId: string };

/** A layer with these entries and the folders above them. The same entries always give the same bytes. */
export async function makeLayer(entries: readonly LayerEntry[], epochSeconds: number): Promise<Layer> {
  const tar = pack();
  const bytes = buffer(tar);
  const mtime = new Date(epochSeconds * 1000);
  for (const entry of withParents(entries)) await add(tar, entry, mtime);
  tar.finalize();
  const content = await bytes;
  const diffId = sha256(content);
  return { diffId, blob: compress(diffId, content) };
}

/** Services of one repository share most of their layers; each is compressed once. */
const compressed = new Map<string, Blob>();

function compress(diffId: string, content: Uint8Array): Blob {
  const known = compressed.get(diffId);
  if (known !== undefined) return known;
  const blob = blobOf('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(content, { level: 6 }));
  compressed.set(diffId, blob);
  return blob;
}

async function add(tar: ReturnType<typeof pack>, entry: LayerEntry, mtime: Date): Promise<void> {
  const name = entry.path;
  switch (entry.kind) {
    case 'directory':
      tar.entry({ name: `${name}/`, type: 'directory', mode: 0o755, mtime });
      break;
    case 'link':
      tar.entry({ name, type: 'symlink', mode: 0o777, mtime, linkname: await readlink(entry.source) });
      break;
    case 'file':
      tar.entry(
        { name, mode: (await isExecutable(entry.source)) ? 0o755 : 0o644, mtime },
        await readFile(entry.source),
      );
      break;
  }
}

function withParents(entries: readonly LayerEntry[]): readonly LayerEntry[] {
  const all = new Map<string, LayerEntry>();
  for (const entry of entries) {
    for (let parent = posix.dirname(entry.path); parent !== '.'; parent = posix.dirname(parent)) {
      if (!all.has(parent)) all.set(parent, { path: parent, kind: 'directory' });
    }
    if (entry.path !== '') all.set(entry.path, entry);
  }
  return [...all.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}
