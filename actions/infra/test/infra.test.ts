import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { InfraReport } from '../../../lib/core/infra-report.ts';
import { overwriteParameter } from '../../../lib/aws/ssm.ts';
import { infraHashes } from '../../../lib/core/infra-hash.ts';
import { readSuiteFiles, sha256 } from '../../../lib/world/suite-files.ts';
import { parseCommand } from '../../../infra/cli/command.ts';
import { type ActionMain, openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { type Child, startNode } from '../src/apply.ts';
import { childVariables } from '../src/child-variables.ts';
import { infra } from '../src/main.ts';

const example = readFileSync(new URL('../../../examples/smartboard/slipway.yml', import.meta.url), 'utf8');

let stage: Stage;
let suite: string;
beforeEach(async () => {
  stage = await openStage({ manifest: example });
  suite = mkdtempSync(join(tmpdir(), 'slipway-suite-'));
  for (const path of [
    'infra/bin/app.ts',
    'infra/lib/stacks.ts',
    'infra/cdk.json',
    'infra/package.json',
    'lib/core/a.ts',
    'package-lock.json',
  ]) {
    mkdirSync(dirname(join(suite, path)), { recursive: true });
    writeFileSync(join(suite, path), path);
  }
});
afterEach(async () => {
  await stage.close();
  rmSync(suite, { recursive: true });
});

const look = (inputs: Record<string, string> = {}) => stage.run('infra', infra, { command: 'look', suite, ...inputs });

/** Publishes what the last deployment would have: the hashes of this manifest and suite. */
async function publish(names: readonly ('hash' | 'registry-hash')[]): Promise<void> {
  const { hash, registryHash } = infraHashes(stage.manifest, await readSuiteFiles(suite), sha256);
  const values = { hash, 'registry-hash': registryHash };
  for (const name of names) await put(name, JSON.stringify({ hash: values[name], commit: 'c0ffee1234' }));
}

async function put(name: string, value: string): Promise<void> {
  await overwriteParameter(stage.aws, { name: `/smartboard/prod/infra/${name}`, value });
}

describe('look', () => {
  test('there is something to do where nothing stands yet: a few reads, and no word', async () => {
    stage.forgetCalls();
    const before = stage.calls.length;
    const { error, outputs, summary } = await look();
    expect([error, outputs, summary, stage.writes()]).toEqual([undefined, { changed: 'true' }, '', []]);
    expect(stage.calls.slice(before).map(({ operation }) => operation)).toEqual([
      'token',
      'AssumeRoleWithWebIdentity',
      'GetCallerIdentity',
      'GetParameter',
    ]);
  });

  test('infra unchanged: nothing is installed, and the summary says since when', async () => {
    await publish(['hash']);
    const { outputs, summary, lines } = await look();
    expect(outputs).toEqual({ changed: 'false' });
    expect(lines.at(-1)).toMatch(/^infra unchanged since 2026-\d\d-\d\d \d\d:\d\d UTC \(commit c0ffee1\)/);
    expect(summary).toMatch(/### Infrastructure of smartboard prod\n\ninfra unchanged since/);
  });

  test.each<[string, ('hash' | 'registry-hash')[], string]>([
    ['registry', ['registry-hash'], 'false'],
    ['registry', ['hash'], 'true'],
    ['rest', ['registry-hash'], 'true'],
    ['all', ['hash'], 'true'],
    ['all', ['hash', 'registry-hash'], 'false'],
  ])('part %s with %j published: changed is %s', async (part, names, changed) => {
    await publish(names);
    expect((await look({ part })).outputs).toEqual({ changed });
  });

  test('another line of the app, or another port in the manifest, is something to do', async () => {
    await publish(['hash']);
    writeFileSync(join(stage.directory, 'slipway.yml'), example.replace('port: 3000', 'port: 3001'));
    expect((await look()).outputs).toEqual({ changed: 'true' });
    writeFileSync(join(stage.directory, 'slipway.yml'), example.replace('desired-count: 1', 'desired-count: 2'));
    expect((await look()).outputs).toEqual({ changed: 'false' });
    writeFileSync(join(suite, 'infra/lib/stacks.ts'), 'another');
    expect((await look()).outputs).toEqual({ changed: 'true' });
  });

  test('drift is looked for whatever the hash says', async () => {
    await publish(['hash']);
    expect((await look({ operation: 'drift' })).outputs).toEqual({ changed: 'true' });
  });

  test('a hash that is none is no reason to pass anything over', async () => {
    await put('hash', 'not JSON');
    expect((await look()).outputs).toEqual({ changed: 'true' });
  });

  test('a suite that is read-only is enough', async () => {
    await publish(['hash']);
    chmodSync(suite, 0o555);
    expect((await look()).outputs).toEqual({ changed: 'false' });
    chmodSync(suite, 0o755);
  });
});

describe('is refused before any call of AWS', () => {
  test.each<[string, Record<string, string>, string, string]>([
    ['a part that is none', { part: 'network' }, 'E_INPUT', 'part'],
    ['an operation that is none', { operation: 'destroy' }, 'E_INPUT', 'operation'],
    ['a code that is none', { approve: 'yes' }, 'E_INPUT', 'approve'],
    ['a removal that is an option', { 'allow-removal': '--all' }, 'E_INPUT', 'allow-removal'],
    ['a manifest that is not there', { manifest: 'other.yml' }, 'E_INPUT', 'manifest'],
    ['a suite without the app', { suite: '/nowhere' }, 'E_STATE', 'infra'],
    ['a region that is another', { 'aws-region': 'us-east-1' }, 'E_SCOPE', 'aws-region'],
  ])('%s', async (_, inputs, code, place) => {
    const before = stage.calls.length;
    const { error, outputs } = await look(inputs);
    expect([error, outputs, stage.calls.length - before]).toEqual([expect.objectContaining({ code, place }), {}, 0]);
  });

  test('a manifest that nothing can be made of', async () => {
    writeFileSync(join(stage.directory, 'slipway.yml'), example.replace('[eu-west-1a, eu-west-1b]', '[eu-west-1a]'));
    const before = stage.calls.length;
    const { error } = await look();
    expect(error).toMatchObject({ code: 'E_MANIFEST', place: 'slipway.yml:13:5' });
    expect(stage.calls.length - before).toBe(0);
  });
});

const done: InfraReport = {
  outcome: 'deployed',
  stacks: [{ name: 'smartboard-prod-data', added: 1, changed: 0, removed: 2, difference: '[+] AWS::S3::Bucket Files' }],
  losses: [],
  approval: undefined,
  notes: ['Note.'],
  error: undefined,
};

describe('apply', () => {
  /** Runs it with a stand-in for the app's process, which writes a report; answers with what it was given, too. */
  async function applied(
    report: InfraReport | undefined,
    code: number | undefined,
    inputs: Record<string, string> = {},
    more: readonly string[] = [],
  ) {
    const children: Child[] = [];
    const main: ActionMain = (step, surroundings) =>
      infra(step, { ...surroundings, variables: { ...surroundings.variables, ...job } }, async (child) => {
        children.push(child);
        for (const line of ['a line of the app', ...more]) child.onLine(line);
        const file = child.args[child.args.indexOf('--report') + 1] ?? '';
        if (report !== undefined) writeFileSync(file, JSON.stringify(report));
        return code;
      });
    const run = await stage.run('infra', main, { command: 'apply', suite, ...inputs });
    return { ...run, child: children[0] };
  }
  const job = {
    PATH: '/bin',
    GITHUB_TOKEN: 'gh',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'oidc',
    AWS_ACCESS_KEY_ID: 'ASIAJOB',
  };

  test('has the app do it, with the arguments that the inputs say', async () => {
    const { child, error, lines } = await applied(done, 0, {
      part: 'registry',
      approve: '0a1b2c3d',
      'allow-removal': 'services.a,files',
    });
    const line = child?.args
      .join(' ')
      .replaceAll(stage.directory, '<workspace>')
      .replaceAll(/infra-\w+/g, '<temporary>');
    expect([error, lines]).toEqual([undefined, ['a line of the app']]);
    expect(` ${line}`.replace(suite, '<suite>').split(' --').slice(1)).toEqual([
      'import tsx <suite>/infra/cli/main.ts deploy',
      'environment prod',
      'manifest <workspace>/slipway.yml',
      'output <workspace>/<temporary>/cdk.out',
      'part registry',
      `commit ${'c'.repeat(40)}`,
      'approve 0a1b2c3d',
      'allow-removal services.a',
      'allow-removal files',
      'report <workspace>/<temporary>/infra.json',
    ]);
  });

  test('the app’s command understands what it is told', async () => {
    const inputs = { part: 'all', approve: '0a1b2c3d', 'allow-removal': 'database' };
    const { child } = await applied(done, 0, inputs);
    const from = String(child?.variables['INIT_CWD']);
    expect(parseCommand(child?.args.slice(3) ?? [], { suite, from })).toMatchObject({
      verb: 'deploy',
      environment: 'prod',
      file: 'slipway.yml',
      part: 'all',
      approval: '0a1b2c3d',
      allowedRemovals: ['database'],
      commit: 'c'.repeat(40),
    });
  });

  test('what it wrote is there for later steps, also when it ended badly', async () => {
    const { outputs, error } = await applied({ ...done, outcome: 'refused' }, 3);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.parse(readFileSync(outputs['report'] ?? '', 'utf8'))).toMatchObject({ outcome: 'refused' });
    expect((await applied(undefined, 0)).outputs).toEqual({});
  });

  test.each([
    [{ 'dry-run': 'true' }, 'diff'],
    [{ operation: 'drift' }, 'drift'],
    [{ operation: 'drift', 'dry-run': 'true' }, 'drift'],
  ])('%j is %s', async (inputs, verb) => {
    expect((await applied(done, 0, inputs)).child?.args[3]).toBe(verb);
  });

  test('only the child has the role’s credentials, and it has nothing else of the job', async () => {
    const { child, jobEnvironment, masks } = await applied(done, 0);
    const {
      AWS_ACCESS_KEY_ID: key,
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_SESSION_TOKEN: token,
      ...others
    } = child?.variables ?? {};
    expect(key).toMatch(/^ASIA(?!JOB)/);
    expect([masks.has(String(secret)), masks.has(String(token)), jobEnvironment]).toEqual([true, true, {}]);
    expect(others).toEqual({
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_REGION: 'eu-west-1',
      INIT_CWD: stage.directory,
      PATH: '/bin',
    });
  });

  test('without a role the child finds the job’s credentials itself', () => {
    expect(childVariables(job, undefined, { AWS_REGION: 'eu-west-1' })).toEqual({
      PATH: '/bin',
      AWS_ACCESS_KEY_ID: 'ASIAJOB',
      AWS_REGION: 'eu-west-1',
    });
  });

  test('the summary shows counts, and each difference folded up', async () => {
    const { summary } = await applied(done, 0);
    expect(summary).toBe(`### Infrastructure of smartboard prod

Deployed.

| Stack | To add | To change | To remove |
| --- | --- | --- | --- |
| smartboard-prod-data | 1 | 0 | 2 |

Note.

<details><summary>smartboard-prod-data</summary>

\`\`\`
[+] AWS::S3::Bucket Files
\`\`\`

</details>
`);
  });

  test('what would be lost is in the summary with its code, and is the step’s error', async () => {
    const error = { code: 'E_POLICY', message: 'Something that holds data would be lost', remedy: 'Read it.' } as const;
    const losses = ['smartboard-prod-data/Files: the bucket would be deleted'];
    const run = await applied({ ...done, outcome: 'refused', losses, approval: '0a1b2c3d', error }, 1);
    expect(run.error).toMatchObject({ code: 'E_POLICY', message: error.message, remedy: 'Read it.' });
    expect(run.summary).toContain(
      '**What holds data and would be lost** (code `0a1b2c3d`)\n\n- smartboard-prod-data/Files',
    );
    expect(run.summary).toContain('Refused; nothing was changed.');
  });

  test('what fails half-way shows the end of the log, without what looks like a secret', async () => {
    const error = { code: 'E_REMOTE', message: '`cdk deploy` ended with exit code 1', remedy: 'Mend it.' } as const;
    const { summary, error: thrown } = await applied({ ...done, outcome: 'failed', error }, 1, {}, [
      '\u001B[31mCREATE_FAILED\u001B[39m postgresql://user:hunter2hunter2@host/db',
    ]);
    expect(thrown).toMatchObject({ code: 'E_REMOTE' });
    expect(summary).toContain('Failed half-way.');
    expect(summary).toMatch(/Its last words:\n\n```\na line of the app\n/);
    expect([summary.includes('hunter2'), summary.includes('\u001B')]).toEqual([false, false]);
  });

  test.each([
    ['ends without a word', undefined, 1, 'ended with exit code 1'],
    ['is killed', undefined, undefined, 'was ended by a signal'],
    ['ends badly after it had said that all is well', done, 1, 'ended with exit code 1'],
    ['ends well without a report', undefined, 0, 'has not said why'],
  ])('an app that %s is an unknown end', async (_, report, code, message) => {
    const { error } = await applied(report, code);
    expect(error).toMatchObject({ code: 'E_UNKNOWN', message: expect.stringContaining(message) });
  });
});

describe('the app’s process', () => {
  test('is heard line by line, knows only what it was given, and its exit code is told', async () => {
    const lines: string[] = [];
    const script = `console.log(JSON.stringify(process.env)); console.error('second'); process.exitCode = 3;`;
    expect(await start(script, undefined, (line) => lines.push(line))).toBe(3);
    expect(lines.toSorted()).toEqual(['second', '{"ONLY":"this"}']);
  });

  test('is asked to end when the job is cancelled', async () => {
    const cancelling = new AbortController();
    const code = await start(`console.log('begun'); setInterval(() => {}, 1000);`, cancelling.signal, () =>
      cancelling.abort(),
    );
    expect(code).toBeUndefined();
  });
});

function start(
  script: string,
  signal = new AbortController().signal,
  onLine: (line: string) => void = () => {},
): Promise<number | undefined> {
  writeFileSync(join(suite, 'program.mjs'), script);
  return startNode({ args: ['program.mjs'], folder: suite, variables: { ONLY: 'this' }, signal, onLine });
}
