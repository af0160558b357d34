import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseDockerignore } from './dockerignore.ts';

/** Something that is sent to the builder, by its path in the context. */
export type ContextEntry = {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Permission bits: they get into the image. */
  readonly mode: number;
};

/** Reads contexts of the checkout; each file is read once, however many services have it in theirs. */
export type ContextReader = {
  /** Everything that the builder gets, in a fixed order. */
  list(context: string, dockerfile: string): Promise<readonly ContextEntry[]>;
  /** What is in an entry, as lower-case hex of its SHA-256. */
  hash(context: string, entry: ContextEntry): Promise<string>;
  text(path: string): Promise<string>;
};

export function openContexts(workspace: string): ContextReader {
  const lists = new Map<string, Promise<readonly ContextEntry[]>>();
  const hashes = new Map<string, Promise<string>>();
  return {
    async list(context, dockerfile) {
      const rules = await readRules(workspace, context, dockerfile);
      return remembered(lists, `${context}\0${rules}`, () => listContext(join(workspace, context), rules));
    },
    hash(context, entry) {
      const file = join(workspace, context, entry.path);
      return remembered(hashes, file, () => hashEntry(file, entry));
    },
    text: (path) => readFile(join(workspace, path), 'utf8'),
  };
}

/** `<Dockerfile>.dockerignore` comes before the context's own. */
async function readRules(workspace: string, context: string, dockerfile: string): Promise<string> {
  for (const file of [`${dockerfile}.dockerignore`, posix.join(context, '.dockerignore')]) {
    const text = await readFile(join(workspace, file), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return '';
}

async function listContext(root: string, rules: string): Promise<readonly ContextEntry[]> {
  const ignored = parseDockerignore(rules);
  const takesBack = /^\s*!/m.test(rules);
  const entries: ContextEntry[] = [];
  const walk = async (folder: string): Promise<void> => {
    const found = await readdir(join(root, folder), { withFileTypes: true });
    for (const item of found) {
      const path = posix.join(folder, item.name);
      const isIgnored = ignored(path);
      if (!isIgnored) entries.push({ path, kind: kindOf(item), mode: (await lstat(join(root, path))).mode & 0o7777 });
      // Inside of an ignored folder a later `!` may keep something.
      if (item.isDirectory() && (!isIgnored || takesBack)) await walk(path);
    }
  };
  await walk('');
  return entries.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

function kindOf(item: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): ContextEntry['kind'] {
  if (item.isFile()) return 'file';
  if (item.isDirectory()) return 'folder';
  return item.isSymbolicLink() ? 'link' : 'other';
}

async function hashEntry(file: string, { kind }: ContextEntry): Promise<string> {
  const hash = createHash('sha256');
  if (kind === 'link') hash.update(await readlink(file));
  else if (kind === 'file') await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function remembered<Value>(
  memory: Map<string, Promise<Value>>,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const known = memory.get(key) ?? make();
  memory.set(key, known);
  return known;
}
