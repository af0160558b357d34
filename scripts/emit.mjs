// Emits JavaScript into build/ when a source is newer: what runs on Node 20 must be JavaScript.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'build', 'emitted');
const sources = [
  'lib',
  'actions',
  'simulator',
  'rehearsal',
  'infra/lib/policies',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** With `goOn`, sources that do not type-check are said, and do not end the process. */
export function emitIfStale({ goOn = false } = {}) {
  const emitted = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  if (sources.every((source) => newest(join(root, source)) < emitted)) return;
  if (!existsSync(join(root, 'node_modules', 'typescript'))) {
    console.error('The dependencies are not installed. Run `npm ci` first.');
    process.exit(1);
  }
  mkdirSync(join(root, 'build'), { recursive: true });
  const started = new Date();
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0 && goOn) return;
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, `${started.toISOString()}\n`);
}

function newest(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  let time = found.mtimeMs;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (['dist', 'test', 'node_modules'].includes(entry.name)) continue;
    if (entry.isDirectory() || entry.name.endsWith('.ts')) time = Math.max(time, newest(join(path, entry.name)));
  }
  return time;
}

/** npm starts scripts in the checkout; paths on the command line are meant from where the person stands. */
export function returnToCaller() {
  const { npm_lifecycle_event: script, INIT_CWD: caller } = process.env;
  if ((script === 'start' || script === 'simulator') && caller !== undefined) process.chdir(caller);
}
