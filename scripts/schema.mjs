// Writes schema/slipway.schema.json from the shape that the parser uses. `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { manifestSchema } from '../build/lib/core/manifest/json-schema.js';

const file = new URL('../schema/slipway.schema.json', import.meta.url);
const text = `${JSON.stringify(manifestSchema(), null, 2)}\n`;
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('schema/slipway.schema.json is not what the sources say; run npm run schema and commit');
  process.exitCode = 1;
}
