import { createHash } from 'node:crypto';
import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The calling repository as a job finds it after checkout: a copy of the example that scenarios may edit. */
export type Repository = {
  readonly directory: string;
  /** `owner/name`. */
  readonly name: string;
  /** Changes one file; `change` gets its text, or '' when it is new. */
  edit(path: string, change: (text: string) => string): Promise<void>;
  /** Forty hexadecimal digits that follow the content, as a commit's do. */
  commit(): Promise<string>;
};

export async function checkOut(example: string, directory: string, name: string): Promise<Repository> {
  await cp(example, directory, { recursive: true });
  return {
    directory,
    name,
    async edit(path, change) {
      const file = join(directory, path);
      const text = await readFile(file, 'utf8').catch(() => '');
      await writeFile(file, change(text));
    },
    commit: () => hashOf(directory),
  };
}

async function hashOf(directory: string): Promise<string> {
  const hash = createHash('sha1');
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(directory.length)).update(await readFile(file));
  return hash.digest('hex');
}
