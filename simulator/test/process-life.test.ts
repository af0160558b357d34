import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { sourceFile } from '../drivers/process/source.ts';
import { closeDrivers, driverWith, runTask } from './process-world.ts';

afterEach(closeDrivers);

const waiting = 'console.log("ready"); setInterval(() => {}, 1000);';

test.each([
  ['ends by itself', 'process.exit(3)', 3],
  ['throws', 'throw new Error("no")', 1],
  ['is killed by the system', 'process.kill(process.pid, "SIGSEGV")', 139],
])('a process that %s has the exit code a container would have', async (_what, code, exitCode) => {
  const seen = await runTask(driverWith(), { 'app/index.js': code });
  expect(await seen.exit).toEqual({ code: exitCode, reason: undefined });
});

test.each([
  ['SIGTERM', 'handles it', `process.on('SIGTERM', () => process.exit(0)); ${waiting}`, 0],
  ['SIGTERM', 'does not', waiting, 143],
  ['SIGKILL', 'would not end otherwise', `process.on('SIGTERM', () => {}); ${waiting}`, 137],
] as const)('%s to a process that %s', async (signal, _what, code, exitCode) => {
  const seen = await runTask(driverWith(), { 'app/index.js': code });
  await seen.line('ready');
  seen.task.signal('app', signal);
  expect(await seen.exit).toMatchObject({ code: exitCode });
});

test('a program that the image does not have is exit code 127, by name', async () => {
  const seen = await runTask(driverWith(), {}, { command: ['pnpm', 'db:migrate'] });
  expect(await seen.exit).toMatchObject({ code: 127 });
  expect(seen.lines).toEqual(['exec: "pnpm": executable file not found in $PATH']);
});

test('a program that is not for Node is refused rather than run on this machine', async () => {
  const seen = await runTask(driverWith(), { 'app/run': '\x7fELF' }, { command: ['./run'] });
  expect(await seen.exit).toMatchObject({ code: 126 });
});

test('a shell finds node and nothing else of this machine', async () => {
  const command = ['sh', '-c', 'node -p "1 + 1"; ls; echo status $?'];
  const seen = await runTask(driverWith(), {}, { command });
  await seen.exit;
  expect(seen.lines[0]).toBe('2');
  expect(seen.lines.at(-1)).toBe('status 127');
});

test('every line of both streams arrives, the last one too', async () => {
  const code = 'process.stdout.write("one\\ntwö\\r\\nthree"); process.stderr.write("four")';
  const seen = await runTask(driverWith(), { 'app/index.js': code });
  await seen.exit;
  expect([...seen.lines].sort()).toEqual(['four', 'one', 'three', 'twö']);
});

test('a task has its own environment and nothing of ours', async () => {
  process.env['ONLY_OURS'] = 'secret';
  const code = 'console.log(JSON.stringify(Object.keys(process.env).sort()))';
  const seen = await runTask(driverWith(), { 'app/index.js': code }, { environment: { PORT: '1' } });
  delete process.env['ONLY_OURS'];
  const added = ['AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL_S3', 'AWS_EXECUTION_ENV', 'AWS_REGION', 'HOME', 'HOSTNAME'];
  const expected = [...added, 'NODE_OPTIONS', 'PATH', 'PORT', 'SIMULATED_NETWORK', 'TMPDIR'].sort();
  expect(JSON.parse(await seen.line('PORT'))).toEqual(expected);
});

test('a health check that takes too long has failed', async () => {
  const healthCheck = { command: ['CMD', 'node', '-e', 'setInterval(() => {}, 1000)'], timeoutSeconds: 0.3 };
  const seen = await runTask(driverWith(), { 'app/index.js': waiting }, { healthCheck });
  expect(await seen.task.checkHealth('app')).toBe(false);
});

test('a health check written for a shell runs in one', async () => {
  const healthCheck = {
    command: ['CMD-SHELL', 'test "$PORT" = 3000 && node -e "process.exit(0)" || exit 1'],
    timeoutSeconds: 5,
  };
  const container = { healthCheck, environment: { PORT: '3000' } };
  const seen = await runTask(driverWith(), { 'app/index.js': waiting }, container);
  expect(await seen.task.checkHealth('app')).toBe(true);
});

test('closing ends what tasks started, and what they started, and removes their files', async () => {
  const driver = driverWith();
  // The grandchild holds the task's output open, and closing waits for its end.
  const code = `
    const stdio = 'inherit';
    require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio });
    console.log(__dirname)`;
  const seen = await runTask(driver, { 'app/index.js': code });
  const folder = await seen.line('app');
  expect(existsSync(folder)).toBe(true);
  await driver.close();
  expect(await seen.exit).toMatchObject({ code: 137 });
  expect(existsSync(folder)).toBe(false);
});

test('a task ends when the simulator is killed', async () => {
  const network = { address: '127.9.9.10', kind: 'addresses', control: { host: '127.9.9.1', port: 1 }, offered: [] };
  const environment = {
    NODE_OPTIONS: `--require ${sourceFile(path.join('inside', 'index.cjs'))}`,
    SIMULATED_NETWORK: JSON.stringify(network),
  };
  const simulator = `
    require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("ready")'], {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: ${JSON.stringify(environment)},
    });`;
  const parent = spawn(process.execPath, ['-e', simulator], { stdio: ['ignore', 'pipe', 'inherit'], env: {} });
  const taskEnded = once(parent.stdout, 'close');
  await once(parent.stdout, 'data');
  parent.kill('SIGKILL');
  // The task has the same output, which closes when the last of the two is gone.
  await taskEnded;
  expect(parent.signalCode).toBe('SIGKILL');
});
