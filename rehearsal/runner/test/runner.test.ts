import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseFileCommands } from '../file-commands.ts';
import { type RunActionOptions, runAction } from '../run-action.ts';
import { parseWorkflowCommand } from '../workflow-commands.ts';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'runner-test-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An action of one file. */
async function run(main: string, options: RunActionOptions = {}) {
  const directory = await mkdtemp(join(folder, 'action-'));
  await mkdir(join(directory, 'dist'));
  await writeFile(join(directory, 'dist', 'package.json'), '{"type":"module"}');
  await writeFile(join(directory, 'dist', 'index.js'), `import { appendFileSync } from 'node:fs';\n${main}`);
  await writeFile(join(directory, 'action.yml'), actionYml);
  return runAction(directory, { node: process.execPath, temporaryDirectory: join(directory, 'job'), ...options });
}

const actionYml = `
name: try
inputs:
  aws-region: { required: true }
  dry-run: { default: 'false' }
runs: { using: node24, main: dist/index.js, post: dist/index.js }
`;

test('an action finds its inputs, with defaults, and nothing of our environment', async () => {
  process.env['SLIPWAY_TEST_LEAK'] = 'leaked';
  const main = `for (const name of ['INPUT_AWS-REGION', 'INPUT_DRY-RUN', 'SLIPWAY_TEST_LEAK']) console.log(process.env[name])`;
  const { log, outcome } = await run(main, { inputs: { 'aws-region': 'eu-west-1' } });
  expect(log).toBe('eu-west-1\nfalse\nundefined');
  expect(outcome).toBe('success');
});

test('an input that the action does not declare is an error', async () => {
  await expect(run('', { inputs: { region: 'eu-west-1' } })).rejects.toThrow('try has no input `region`');
});

test('what the action writes to its files comes back', async () => {
  const main = `
    appendFileSync(process.env.GITHUB_OUTPUT, 'images<<end\\n{\\n}\\nend\\n');
    appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# Done');
    process.exitCode = 1;`;
  expect(await run(main)).toMatchObject({
    status: 1,
    outcome: 'failure',
    outputs: { images: '{\n}' },
    summary: '# Done',
  });
});

test('state comes back in the post step', async () => {
  const main = `
    if (process.env.STATE_folder) console.log('post removes ' + process.env.STATE_folder);
    else appendFileSync(process.env.GITHUB_STATE, 'folder=/tmp/x\\n');`;
  const { post } = await run(main);
  expect((await post!()).log).toBe('post removes /tmp/x');
});

test('masked values are hidden from the moment they are named, for the whole job', async () => {
  const masks = new Set<string>();
  const seen: string[] = [];
  const main = `
    console.log('::add-mask::sesame');
    console.log('open sesame');
    console.log('::error::no sesame here');`;
  const { commands } = await run(main, { masks, onLine: (line) => seen.push(line) });
  expect(seen).toEqual(['open ***', 'Error: no *** here']);
  expect(commands).toEqual([{ name: 'error', properties: {}, value: 'no *** here' }]);
  expect([...masks]).toEqual(['sesame']);
});

test('a step that ignores the cancellation is ended', async () => {
  const cancel = new AbortController();
  const main = `
    for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => console.log(name));
    setInterval(() => {}, 1000);
    console.log('ready');`;
  const { log, outcome, signal } = await run(main, {
    signal: cancel.signal,
    cancelPatience: { interruptMs: 100, terminateMs: 100 },
    onLine: (line) => line === 'ready' && cancel.abort(),
  });
  expect({ log, outcome, signal }).toEqual({ log: 'ready\nSIGINT\nSIGTERM', outcome: 'cancelled', signal: 'SIGKILL' });
});

test.each(['=value', 'no equals sign', 'name<<end\nvalue'])('the runner refuses the file command %j', (text) => {
  expect(() => parseFileCommands(text)).toThrow(/^Invalid/);
});

test('a command is read as the runner reads it', () => {
  expect(parseWorkflowCommand('::error file=a.yml,line=3,title=x%3A%2Cy::50%25%0Aof it')).toEqual({
    name: 'error',
    properties: { file: 'a.yml', line: '3', title: 'x:,y' },
    value: '50%\nof it',
  });
  expect(parseWorkflowCommand('see ::error::')).toBeUndefined();
});
