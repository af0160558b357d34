import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Ended from outside at some moment: the exit code of a shell, a sentence, and no folder left.
let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'interruption-test-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each<[NodeJS.Signals, string, number, string]>([
  ['SIGINT', 'build-push —', 130, 'Interrupted.'],
  ['SIGTERM', 'starting the embedded AWS', 143, 'Ended by SIGTERM.'],
  ['SIGHUP', 'run-migrations —', 129, 'Ended by SIGHUP.'],
])(
  '%s after "%s" ends with exit code %i',
  async (signal, moment, code, sentence) => {
    const run = start();
    run.when(moment, () => run.child.kill(signal));
    const ended = await run.end;
    expect(ended).toMatchObject({ code, errors: expect.stringContaining(`${sentence} Everything that was started`) });
    expect(await readdir(folder)).toEqual([]);
  },
  60_000,
);

test('a second Ctrl-C does not break the cleaning up', async () => {
  const run = start();
  run.when('build-push —', () => {
    run.child.kill('SIGINT');
    run.child.kill('SIGINT');
  });
  expect((await run.end).code).toBe(130);
  expect(await readdir(folder)).toEqual([]);
}, 60_000);

test('when nobody reads the output it ends', async () => {
  const run = start();
  run.when('starting the embedded AWS', () => run.child.stdout.destroy());
  expect((await run.end).code).toBe(141);
  expect(await readdir(folder)).toEqual([]);
}, 60_000);

test('what a killed rehearsal left is removed by the next one', async () => {
  const killed = start();
  killed.when('build-push —', () => killed.child.kill('SIGKILL'));
  await killed.end;
  expect(await readdir(folder)).toHaveLength(1);
  const next = start();
  next.when('starting the embedded AWS', () => next.child.kill('SIGINT'));
  await next.end;
  expect(await readdir(folder)).toEqual([]);
}, 60_000);

function start() {
  const child = spawn(process.execPath, ['scripts/start.mjs', '--exit', '--driver', 'model'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  });
  let output = '';
  let errors = '';
  const waiting = new Map<string, () => void>();
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    for (const [moment, act] of waiting) {
      if (!output.includes(moment)) continue;
      waiting.delete(moment);
      act();
    }
  });
  const end = new Promise<{ code: number | null; errors: string }>((resolve) => {
    child.on('exit', (code) => resolve({ code, errors }));
  });
  return { child, end, when: (moment: string, act: () => void) => void waiting.set(moment, act) };
}
