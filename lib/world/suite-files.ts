import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { SuiteFile } from '../core/infra-hash.ts';

/** What of Slipway decides how the infrastructure looks; `node_modules` follows from the lock file. */
const folders = ['infra/bin', 'infra/lib', 'lib/core'];
const files = ['infra/cdk.json', 'infra/package.json', 'package-lock.json'];

/** The code that makes the infrastructure, below the folder in which Slipway lies. */
export async function readSuiteFiles(suite: string): Promise<readonly SuiteFile[]> {
  const listed = await Promise.all(folders.map((folder) => filesBelow(suite, folder)));
  const read = [...listed.flat(), ...files].map(async (path) => ({
    path,
    text: await readFile(join(suite, path), 'utf8'),
  }));
  return Promise.all(read);
}

async function filesBelow(suite: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(suite, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(suite, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.includes('/test/'));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
