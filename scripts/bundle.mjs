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
  const { code, assets, stats } = await ncc(entry, {
    cache: false,
    minify: false,
    sourceMap: false,
    quiet: true,
    target: 'es2023',
    esm: true,
  });
  const chunks = Object.entries(assets).map(([file, { source }]) => [file, source]);
  const files = new Map([...chunks, ['index.js', code]].map(([file, text]) => [file, Buffer.from(inAscii(`${text}`))]));
  files.set('licenses.txt', Buffer.from(licensesOf(stats.compilation.modules)));
  // Without it Node would take index.js for CommonJS wherever the action is checked out alone.
  files.set('package.json', Buffer.from('{\n  "type": "module"\n}\n'));
  return files;
}

/** One character outside of Latin-1 and V8 keeps the whole text with two bytes a character: four megabytes for nothing. */
function inAscii(code) {
  return code.replaceAll(/[^\0-\x7F]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Of every package that a module of the bundle, or of one of its chunks, comes from. */
function licensesOf(modules) {
  const folders = new Set([...modules].flatMap(packagesOf));
  return [...new Set([...folders].map(licenseOf))].toSorted().join('\n');
}

/** Folders in node_modules; a module may be several that webpack has put into one. */
function packagesOf({ resource = '', modules = [] }) {
  const own = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(resource);
  return [...(own ?? []), ...[...modules].flatMap(packagesOf)];
}

function licenseOf(folder) {
  const { name, license = 'no license named' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(?:\.\w+)?$/i.test(entry));
  const text = file === undefined ? '' : `${readFileSync(join(folder, file), 'utf8').trimEnd()}\n`;
  return `${name}\n${license}\n${text}`;
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
