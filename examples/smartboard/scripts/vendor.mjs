/*
 * Bundles what would otherwise need an install at build time, so that the images need none:
 *
 *   packages/database/vendor/pg.cjs      the PostgreSQL client
 *   packages/migrator/dist/migrate.js    the migrator, with the client inside
 *
 * Run it after changing `packages/migrator/src` or the version of `pg`, and commit the result:
 *
 *   npm install && npm run vendor
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const require = createRequire(import.meta.url);
const ncc = require('@vercel/ncc');
const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const file = (...parts) => path.join(root, ...parts);

const temporary = mkdtempSync(path.join(tmpdir(), 'smartboard-vendor-'));
try {
  // pg offers an ES module too, but one CommonJS file serves both the services and the migrator.
  const entry = path.join(temporary, 'pg.cjs');
  writeFileSync(entry, `module.exports = require(${JSON.stringify(require.resolve('pg'))});\n`);
  await bundle(entry, file('packages/database/vendor/pg.cjs'));
  copyFileSync(
    path.join(path.dirname(require.resolve('pg')), '..', 'LICENSE'),
    file('packages/database/vendor/LICENSE'),
  );
  await bundle(file('packages/migrator/src/index.js'), file('packages/migrator/dist/migrate.js'));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

async function bundle(entry, target) {
  const { code, assets } = await ncc(entry, { quiet: true, cache: false, target: 'es2022', externals: ['pg-native'] });
  const extra = Object.keys(assets).filter((name) => name !== 'package.json');
  if (extra.length > 0) throw new Error(`${target} would need more files: ${extra.join(', ')}`);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, code);
  console.log(`${path.relative(root, target)}  ${Math.round(code.length / 1024)} kB`);
}
