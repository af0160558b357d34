import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const parent = fileURLToPath(new URL('../rehearsal-logs', import.meta.url));
const kept = 5;

/** A folder for the actions' own output under build/, kept after the end; the newest five stay. */
export async function openLogDirectory(): Promise<string> {
  const name = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${process.pid}`;
  await mkdir(join(parent, name), { recursive: true });
  const names = await readdir(parent);
  for (const old of names.sort().slice(0, -kept)) await rm(join(parent, old), { recursive: true, force: true });
  return join(parent, name);
}
