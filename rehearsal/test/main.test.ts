import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RehearsalReport } from '../outcome.ts';
import { scenarios } from '../scenarios/index.ts';

// The rehearsal as a person starts it, with the model driver so that it takes seconds. The process driver runs in `npm start` itself.
let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'main-test-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

let printed = '';

// The gate plays all of them, with real processes; here are one good end, one refusal and one undoing.
describe('a scenario ends with its expected verdict, and the embedded AWS agrees', () => {
  test.each(['healthy', 'missing-secret', 'crash-loop'] as const)(
    '%s',
    async (name) => {
      const file = join(folder, `${name}.json`);
      const run = await start([
        '--exit',
        '--verbose',
        '--driver',
        'model',
        '--speed',
        '100',
        '--seed',
        '7',
        '--scenario',
        name,
        '--report',
        file,
      ]);
      printed += run.output;
      const report = JSON.parse(await readFile(file, 'utf8')) as RehearsalReport;
      expect({ code: run.code, ...report }).toMatchObject({ code: 0, agrees: true, ...scenarios[name].expected });
    },
    90_000,
  );
});

test('whatever docs/walkthrough.md quotes was printed', async () => {
  const page = await readFile(new URL('../../docs/walkthrough.md', import.meta.url), 'utf8');
  const quoted = [...page.matchAll(/```text\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trimEnd().split('\n'));
  const lines = new Set(printed.split('\n').map(withoutIds));
  expect(quoted.length).toBeGreaterThan(20);
  expect(quoted.filter((line) => !lines.has(withoutIds(line)))).toEqual([]);
});

/** A printed line as the walkthrough writes it: ids, digests and days shortened, columns not aligned. */
function withoutIds(line: string): string {
  return line
    .replaceAll(/[0-9a-f]{12,}/g, '…')
    .replaceAll(/ecs-svc\/\d+/g, 'ecs-svc/…')
    .replaceAll(/-[0-9a-f]{8}:/g, '-…:')
    .replace(/^\d{8}-/, '<day>-')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

test('a broken manifest is one report with every place, and nothing is started', async () => {
  const file = join(folder, 'broken.yml');
  await writeFile(file, 'version: 1\napplication: smartboard\nservces: {}\n');
  const run = await start(['--exit', '--manifest', file]);
  expect(run.code).toBe(1);
  expect(run.errors).toContain('E_MANIFEST');
  expect(run.errors).toMatch(/broken\.yml:3:1/);
  expect(run.output).toBe('');
}, 30_000);

test('a port in use is said in a sentence, and nothing is started', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const run = await start(['--exit', '--driver', 'model', '--port', String(port)]);
  server.close();
  expect(run).toMatchObject({ code: 1, output: '', errors: expect.stringContaining(`Port ${port} is in use`) });
}, 30_000);

test.each([
  ['a report in a folder that does not exist', ['--report', '/nowhere/report.json'], 'there is no folder /nowhere'],
  ['a log that is a folder', ['--log', tmpdir()], 'is a folder. Name a file.'],
  ['one file for report and log', ['--log', 'one.json', '--report', './one.json'], 'name one file'],
  ['a manifest that does not exist', ['--manifest', '/nowhere/slipway.yml'], 'there is no such file'],
  ['a manifest without end', ['--manifest', '/dev/zero'], 'is not a file'],
])('%s is refused before anything is started', async (_, options, sentence) => {
  const run = await start(['--exit', ...options]);
  expect(run).toMatchObject({ code: 1, output: '', errors: expect.stringContaining(sentence) });
  expect(run.errors).not.toContain('    at ');
});

test.each([
  ['another environment', (text: string) => text.replace('  prod:', '  staging:'), 'plays the environment `prod`'],
  ['a service it has no folder for', (text: string) => text.replaceAll('services/web/', 'services/shop/'), 'shop'],
])('a manifest of %s is refused with what the rehearsal needs', async (_, change, sentence) => {
  const file = join(folder, 'other.yml');
  await writeFile(file, change(await readFile('examples/smartboard/slipway.yml', 'utf8')));
  const run = await start(['--exit', '--manifest', file]);
  expect(run).toMatchObject({ code: 1, output: '', errors: expect.stringContaining(sentence) });
});

test('an unknown option is answered with the usage and exit code 2', async () => {
  const run = await start(['--scenrio', 'healthy']);
  expect(run.code).toBe(2);
  expect(run.errors).toContain('npm start -- [options]');
});

async function start(args: readonly string[]): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, ['scripts/start.mjs', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { code, output, errors };
}
