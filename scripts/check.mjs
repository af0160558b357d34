// npm run check: everything that must hold besides the tests. Every step runs; the first failure does not hide the next.
import { spawnSync } from 'node:child_process';
import { root } from './emit.mjs';

const bin = (name) => ['node', `node_modules/${name}`];
const steps = [
  ['types', ...bin('typescript/bin/tsc'), '-p', '.'],
  ['lint', ...bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'],
  ['format', ...bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
  ['imports', 'node', 'scripts/check-imports.mjs'],
  ['schema', 'npm', 'run', '--silent', 'schema', '--', '--check'],
  ['dist', 'npm', 'run', '--silent', 'check-dist'],
];

let failed = 0;
for (const [name, command, ...args] of steps) {
  const started = performance.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  const time = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(8)} ${time}`);
  if (status !== 0) failed++;
}
console.log(`check: ${steps.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
