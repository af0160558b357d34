// synthesise.mjs MANIFEST FOLDER: the templates of its environment `prod`, as `npm run infra -- synth` has them made.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** `{ status, stderr }` of the app, with more context where it is given. */
export function synthesise(manifest, folder, given = {}) {
  const { context } = JSON.parse(readFileSync('infra/cdk.json', 'utf8'));
  const all = { ...context, manifest, environment: 'prod', ...given };
  return spawnSync(process.execPath, ['--import', 'tsx', 'infra/bin/app.ts'], {
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(all) },
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { status, stderr } = synthesise(...process.argv.slice(2));
  if (status !== 0) console.error(stderr);
  process.exitCode = status ?? 1;
}
