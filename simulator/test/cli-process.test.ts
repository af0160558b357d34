import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../build/simulator/cli.js', import.meta.url));
const children: ChildProcess[] = [];
let folder: string;

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'simulator-cli-'))));
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));
afterAll(() => rm(folder, { recursive: true }));

function start(...argv: string[]) {
  const child = spawn(process.execPath, [cli, '--driver', 'model', ...argv], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  const output = { out: '', error: '' };
  child.stdout!.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (output.error += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number);
  return { child, output, ended };
}

async function ready(...argv: string[]) {
  const started = start('--port', '0', ...argv);
  const [message] = (await once(started.child, 'message')) as [{ ready: boolean; url: string }];
  return { ...started, url: message.url };
}

test('says where it is, serves, logs every call, and ends by a signal', async () => {
  const log = join(folder, 'calls.jsonl');
  const { child, output, ended, url } = await ready('--log', log);
  expect(output.out).toBe(`simulator ready on ${url}\n`);
  expect((await fetch(`${url}/v2/`)).status).toBe(401);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  const line = JSON.parse(await readFile(log, 'utf8')) as object;
  expect(line).toMatchObject({ service: 'registry', operation: 'CheckVersion', status: 401, error: 'UNAUTHORIZED' });
});

test('ends when whoever started it is gone', async () => {
  const { child } = await ready();
  child.disconnect();
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
});

test('a port in use is one clear line', async () => {
  const { url } = await ready();
  const { port } = new URL(url);
  const { output, ended } = start('--port', port);
  expect([await ended, output.error]).toEqual([
    1,
    `Port ${port} is in use. Choose another one, or --port 0 for a free one.\n`,
  ]);
});

test('fault rules that cannot be read are named', async () => {
  const faults = join(folder, 'faults.json');
  await writeFile(faults, '[{"operation":"ecs:*","kind":"explode"}]');
  const { output, ended } = start('--port', '0', '--faults', faults);
  expect([await ended, output.error]).toEqual([
    1,
    expect.stringMatching(/^--faults .*faults.json: [^]*Invalid option/),
  ]);
});

test('a mistake in the arguments shows how it is used', async () => {
  const { output, ended } = start('--prot', '1');
  expect([await ended, output.error]).toEqual([
    2,
    expect.stringMatching(/Unknown option '--prot'[^]*usage: npm run simulator/),
  ]);
});
