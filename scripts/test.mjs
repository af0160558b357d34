// npm test: emits what child processes run, then jest with ES modules.
import { spawnSync } from 'node:child_process';
import { emitIfStale, root } from './emit.mjs';

// Who works on one part need not wait until another one type-checks.
const chosen = process.argv.slice(2);
emitIfStale({ goOn: chosen.length > 0 });
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const { status } = spawnSync(process.execPath, [...jest, ...chosen], {
  cwd: root,
  stdio: 'inherit',
  // Node 20 is meant to work while it lasts; saying so in every suite helps nobody.
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
process.exitCode = status ?? 1;
