import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const prefix = 'simulated-tasks-';

/**
 * A private temporary folder for the tasks of one run, with a `bin` that holds all that tasks find by name: `node`.
 * Our process id is part of its name, so that folders of simulators that were killed can be swept.
 */
export async function makeRunFolder(): Promise<string> {
  sweep();
  const folder = mkdtempSync(path.join(tmpdir(), `${prefix}${process.pid}-`));
  const node = path.join(binFolder(folder), 'node');
  await mkdir(path.dirname(node));
  await writeFile(node, `#!/bin/sh\nexec ${quoteForShell(process.execPath)} "$@"\n`);
  await chmod(node, 0o755);
  return folder;
}

export function binFolder(folder: string): string {
  return path.join(folder, 'bin');
}

function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const owner = Number.parseInt(name.slice(prefix.length), 10);
    if (owner > 0 && !isAlive(owner)) rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
