import { lstat, readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { type Ignore, patternOf } from './ignore.ts';

/** One thing in a build context, by its path with forward slashes. */
export type ContextEntry = { readonly path: string; readonly kind: 'file' | 'directory' | 'link' };

/** Everything in the context that is not ignored, in a fixed order. */
export async function listContext(context: string, ignore: Ignore): Promise<readonly ContextEntry[]> {
  const entries: ContextEntry[] = [];
  const walk = async (folder: string) => {
    const found = await readdir(join(context, folder), { withFileTypes: true });
    for (const entry of found.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const path = posix.join(folder, entry.name);
      // An ignored folder is walked all the same: a later `!` pattern may keep something inside.
      if (entry.isDirectory()) {
        if (!ignore(path)) entries.push({ path, kind: 'directory' });
        if (entry.name !== 'node_modules' || !ignore(path)) await walk(path);
      } else if (!ignore(path)) {
        entries.push({ path, kind: entry.isSymbolicLink() ? 'link' : 'file' });
      }
    }
  };
  await walk('');
  return entries;
}

/** The entries that one source of a COPY names: itself, or all that match its pattern. */
export function matchSource(entries: readonly ContextEntry[], source: string): readonly ContextEntry[] {
  const path = posix.normalize(source).replace(/^\//, '').replace(/\/$/, '');
  if (path === '.' || path === '') return [{ path: '', kind: 'directory' }];
  const pattern = patternOf(path);
  return entries.filter((entry) => pattern.test(entry.path));
}

/** Whether the owner may execute it: the only part of a mode that is kept. */
export async function isExecutable(file: string): Promise<boolean> {
  return ((await lstat(file)).mode & 0o100) !== 0;
}
