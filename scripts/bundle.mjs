// Bundles every action into its committed dist/. With --check: compares bytes and writes nothing.
// Unminified and without a source map on purpose: start-up is the same, and a reviewer can read what runs.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { emitIfStale, root } from './emit.mjs';

const ncc = createRequire(import.meta.url)('@vercel/ncc');
const check = process.argv.includes('--check');
const actions = readdirSync(join(root, 'actions')).filter((name) =>
  existsSync(join(root, 'actions', name, 'src', 'index.ts')),
);

emitIfStale();
let stale = 0;
for (const name of actions) {
  const files = await bundle(name);
  const dist = join(root, 'actions', name, 'dist');
  if (!check) {
    write(dist, files);
  } else if (!isSame(dist, files)) {
    stale++;
    console.error(`actions/${name}/dist is not what the sources build: run \`npm run bundle\` and commit it.`);
  }
}
process.exitCode = stale === 0 ? 0 : 1;

/** File name → content. Dynamic imports become chunks beside index.js. */
async function bundle(name) {
  const entry = join(root, 'build', 'actions', name, 'src', 'index.js');
  const { code, assets } = await ncc(entry, {
    cache: false,
    minify: false,
    sourceMap: false,
    license: 'licenses.txt',
    quiet: true,
    target: 'es2023',
    esm: true,
  });
  const files = new Map(Object.entries(assets).map(([file, { source }]) => [file, Buffer.from(source)]));
  files.set('index.js', Buffer.from(code));
  // Without it Node would take index.js for CommonJS wherever the action is checked out alone.
  files.set('package.json', Buffer.from('{\n  "type": "module"\n}\n'));
  return files;
}

function write(dist, files) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  for (const [file, content] of files) writeFileSync(join(dist, file), content);
}

function isSame(dist, files) {
  const committed = existsSync(dist) ? readdirSync(dist) : [];
  return (
    committed.length === files.size &&
    committed.every((file) => files.get(file)?.equals(readFileSync(join(dist, file))) === true)
  );
}
