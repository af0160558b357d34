import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cdkProgram } from '../../cli/cdk.ts';
import { parseCommand } from '../../cli/command.ts';
import { run } from '../../cli/run.ts';

const parse = (...argv: string[]) => parseCommand(argv, { suite: '/suite', from: '/work' });

test('a command says everything; paths are relative to where it was called', () => {
  const argv = ['deploy', '--environment', 'prod', '--manifest', 'slipway.yml', '--output', 'out', '--part', 'rest'];
  const more = ['--approve', '0a1b2c3d', '--allow-removal', 'a', '--allow-removal', 'b', '--report', 'r.json'];
  expect(parse(...argv, ...more, '--commit', 'c0ffee', '--emulator', 'ministack')).toEqual({
    verb: 'deploy',
    environment: 'prod',
    manifest: '/work/slipway.yml',
    file: 'slipway.yml',
    output: '/work/out',
    part: 'rest',
    approval: '0a1b2c3d',
    allowedRemovals: ['a', 'b'],
    commit: 'c0ffee',
    emulator: 'ministack',
    report: '/work/r.json',
  });
});

test('what is not said is the example, in Slipway’s own folder, all of it', () => {
  expect(parse('synth', '--environment', 'prod')).toMatchObject({
    manifest: '/suite/examples/smartboard/slipway.yml',
    output: '/suite/infra/cdk.out',
    part: 'all',
    approval: undefined,
    allowedRemovals: [],
  });
});

test('destroy leaves the registries unless they are named', () => {
  expect(parse('destroy', '--environment', 'prod').part).toBe('rest');
  expect(parse('destroy', '--environment', 'prod', '--part', 'all').part).toBe('all');
});

describe('refused with what to write instead', () => {
  test.each([
    [['--environment', 'prod'], 'No verb was given.', /Known here: diff, deploy/],
    [['deplay', '--environment', 'prod'], 'The verb is not known.', /Did you mean "deploy"\?/],
    [['deploy', 'prod'], 'There is one verb.', /npm run infra/],
    [['deploy'], 'No environment was given.', /--environment/],
    [['deploy', '--environment', ''], 'No environment was given.', /--environment/],
    [['deploy', '--environment', 'prod', '--part', 'net'], '--part is none of', /registry/],
    [['deploy', '--environment', 'prod', '--approve', 'yes'], '--approve is no code', /eight characters/],
    [['deploy', '--environment', 'prod', '--force'], "Unknown option '--force'", /--allow-removal/],
  ])('%j', (argv, message, remedy) => {
    expect(() => parse(...argv)).toThrow(
      expect.objectContaining({
        code: 'E_INPUT',
        message: expect.stringContaining(message),
        remedy: expect.stringMatching(remedy),
      }),
    );
  });
});

test('without arguments it says how it is used, and ends with 1; asked for help, with 0', async () => {
  const printed: string[] = [];
  const world = {
    suite: '/suite',
    cdk: async () => undefined,
    openAws: () => {
      throw new Error('is not used');
    },
    print: (text: string) => void printed.push(text),
  };
  expect([await run([], '/', world), await run(['--help'], '/', world)]).toEqual([1, 0]);
  expect(printed[0]).toBe(printed[1]);
});

describe('CDK’s command line', () => {
  test('is the one that is installed beside the app, started by its arguments, without questions', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-cdk-'));
    const program = join(folder, 'cdk.mjs');
    writeFileSync(
      program,
      `import { writeFileSync } from 'node:fs';
       writeFileSync('seen.json', JSON.stringify({ argv: process.argv.slice(2), telemetry: process.env.CDK_DISABLE_CLI_TELEMETRY, secret: process.env.SECRET }));`,
    );
    await cdkProgram({ program, variables: { PATH: process.env['PATH'] } })(['deploy', 'a; rm -rf /', '$(b)'], folder);
    const seen: unknown = JSON.parse(readFileSync(join(folder, 'seen.json'), 'utf8'));
    rmSync(folder, { recursive: true });
    expect(seen).toEqual({
      argv: ['deploy', 'a; rm -rf /', '$(b)', '--no-notices', '--no-version-reporting', '--ci'],
      telemetry: 'true',
    });
  });

  test.each([
    ['deploy', 'process.exitCode = 3', 'E_REMOTE', 'exit code 3'],
    ['synth', 'process.exitCode = 1', 'E_STATE', 'exit code 1'],
    ['deploy', "process.kill(process.pid, 'SIGKILL')", 'E_REMOTE', 'SIGKILL'],
  ])('%s that does not end well is an error', async (verb, script, code, how) => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-cdk-'));
    const program = join(folder, 'cdk.mjs');
    writeFileSync(program, script);
    const cdk = cdkProgram({ program, variables: {} });
    await expect(cdk([verb], folder)).rejects.toMatchObject({ code, message: expect.stringContaining(how) });
    rmSync(folder, { recursive: true });
  });
});
