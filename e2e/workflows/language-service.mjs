// GitHub's own language service, the parser behind the editor, over workflows and action files.
// language-service.mjs FOLDER FILE…: FOLDER holds the packages. They import JSON as only bundlers do, so they are bundled first.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [folder, ...files] = process.argv.slice(2);
const { TextDocument, validate } = await bundled(resolve(folder));

let found = 0;
for (const file of files) {
  const document = TextDocument.create(`file://${resolve(file)}`, 'yaml', 1, readFileSync(file, 'utf8'));
  const problems = await validate(document, { fileProvider: { getFileContent } });
  for (const { range, message } of problems) {
    found++;
    console.log(`${file}:${range.start.line + 1}:${range.start.character + 1}: ${message}`);
  }
}
console.log(`${files.length} files, ${found} findings`);
process.exitCode = found === 0 ? 0 : 1;

/** Called workflows of this repository, whose inputs and secrets are then checked too. */
async function getFileContent({ path = '' }) {
  return { name: path, content: readFileSync(resolve(path), 'utf8') };
}

async function bundled(at) {
  const entry = join(at, 'entry.mjs');
  mkdirSync(at, { recursive: true });
  writeFileSync(
    entry,
    "export { validate } from '@actions/languageservice/validate';\nexport { TextDocument } from 'vscode-languageserver-textdocument';\n",
  );
  const ncc = createRequire(import.meta.url)('@vercel/ncc');
  const { code, assets } = await ncc(entry, { cache: false, quiet: true, esm: true });
  for (const [name, { source }] of Object.entries(assets)) writeFileSync(join(at, name), source);
  writeFileSync(join(at, 'bundle.mjs'), code);
  return import(join(at, 'bundle.mjs'));
}
