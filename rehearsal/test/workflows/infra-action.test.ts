import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { jobsOf, readAction, readWorkflow, stepsOf, textOf } from './workflow-files.ts';

// The infra action is made of steps, and drift.yml of the same: what is installed when, and where.
const file = 'actions/infra/action.yml';
const { inputs = {}, runs } = readAction(file);
const [look, setup, install, apply] = runs.steps ?? [];
const onlyIfChanged = "${{ steps.look.outputs.changed == 'true' }}";

test('it looks before anything is installed, and goes on only when there is something to do', () => {
  expect((runs.steps ?? []).map(({ uses, id }) => [id, uses?.split('@')[0]])).toEqual([
    ['look', '$/actions/infra/look'],
    [undefined, 'actions/setup-node'],
    [undefined, undefined],
    ['apply', '$/actions/infra/apply'],
  ]);
  expect([look?.if, setup?.if, install?.if, apply?.if]).toEqual([undefined, ...Array(3).fill(onlyIfChanged)]);
});

test('both steps are given every input, the same way', () => {
  const { suite: downloaded, ...looking } = look?.with ?? {};
  const { suite: installed, ...applying } = apply?.with ?? {};
  expect([downloaded, installed]).toEqual(['${{ github.action_path }}/../..', '${{ runner.temp }}/slipway-app']);
  expect(looking).toEqual(applying);
  expect(looking).toEqual(Object.fromEntries(Object.keys(inputs).map((name) => [name, `\${{ inputs.${name} }}`])));
});

test('its README has its inputs, with their defaults, and its outputs', () => {
  const readme = textOf('actions/infra/README.md');
  const rows = [...readme.matchAll(/^\| `([a-z-]+)` +\| (.*?) +\|/gm)].map(([, name = '', standard = '']) =>
    /^(?:required|`.*`)$/.test(standard) ? `${name}: ${standard}` : name,
  );
  const declared = Object.entries(inputs).map(([name, { required, default: standard }]) => {
    if (required === true) return `${name}: required`;
    return typeof standard === 'string' ? `${name}: \`${standard}\`` : name;
  });
  expect(rows.slice(0, declared.length)).toEqual(declared);
  const outputs = Object.keys(readAction(file).outputs ?? {});
  expect(rows.slice(declared.length, declared.length + outputs.length)).toEqual(outputs);
});

test.each(['look', 'apply'])('%s runs the bundle that lies beside it, as that step', (step) => {
  const own = readAction(`actions/infra/${step}/action.yml`);
  expect([own.runs.using, own.runs, own.inputs?.['command']?.default]).toEqual([
    'node24',
    { using: 'node24', main: '../dist/index.js' },
    step,
  ]);
});

describe('the app is installed', () => {
  test('in a copy, pinned, without install scripts, from a suite that is read-only', () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-install-'));
    const suite = join(folder, 'suite with a blank');
    for (const path of ['actions/infra', 'infra/lib', 'lib/core']) mkdirSync(join(suite, path), { recursive: true });
    for (const path of ['package.json', 'package-lock.json', 'infra/package.json', 'lib/core/a.ts', 'other.txt'])
      writeFileSync(join(suite, path), path);
    for (const path of ['infra', 'lib', 'lib/core', '.']) chmodSync(join(suite, path), 0o555);
    const npm = join(folder, 'npm');
    writeFileSync(npm, `#!/usr/bin/env bash\nprintf '%s\\n' "$*" >called\ntouch infra/installed\n`, { mode: 0o755 });
    const environment = {
      PATH: `${folder}:${process.env['PATH']}`,
      RUNNER_TEMP: folder,
      GITHUB_ACTION_PATH: join(suite, 'actions/infra'),
    };
    const run = () =>
      spawnSync('bash', ['--noprofile', '--norc', '-e', '-c', install?.run ?? ''], {
        env: environment,
        encoding: 'utf8',
      });
    for (const { status, stderr } of [run(), run()]) expect([status, stderr]).toEqual([0, '']);
    const app = join(folder, 'slipway-app');
    expect(readdirSync(app).toSorted()).toEqual(['called', 'infra', 'lib', 'package-lock.json', 'package.json']);
    expect(readFileSync(join(app, 'called'), 'utf8')).toBe(
      'ci --workspace infra --omit=dev --ignore-scripts --no-audit --no-fund\n',
    );
    for (const path of ['infra', 'lib', 'lib/core', '.']) chmodSync(join(suite, path), 0o755);
    rmSync(folder, { recursive: true });
  });
});

describe('drift.yml', () => {
  const drift = '.github/workflows/drift.yml';
  const [, job] = jobsOf(drift)[0] ?? [];

  test('reads by the clock, by hand or called, with the role that changes nothing', () => {
    expect(Object.keys(readWorkflow(drift).on)).toEqual(['schedule', 'workflow_dispatch', 'workflow_call']);
    expect(job?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(
      stepsOf(drift).map(({ uses = '', with: given }) => [uses.split('@')[0], given?.['role'], given?.['operation']]),
    ).toEqual([
      ['actions/checkout', undefined, undefined],
      ['$/.github/actions/choose-role', 'plan', undefined],
      ['$/actions/infra', undefined, 'drift'],
    ]);
  });

  test('asks no reviewer, and does nothing where there is no environment or the infrastructure is made by others', () => {
    expect(job?.environment).toBeUndefined();
    expect(job?.if).toBe("${{ (inputs.environment || vars.SLIPWAY_ENVIRONMENT) && vars.SLIPWAY_INFRA != 'none' }}");
  });
});

test('what somebody has approved reaches both jobs that provision, whole', () => {
  const provisioning = stepsOf('.github/workflows/deploy.yml').filter(({ uses }) => uses === '$/actions/infra');
  expect(
    provisioning.map(({ with: given }) => [given?.['part'], given?.['approve'], given?.['allow-removal']]),
  ).toEqual([
    ['registry', '${{ inputs.approve }}', '${{ inputs.allow-removal }}'],
    ['rest', '${{ inputs.approve }}', '${{ inputs.allow-removal }}'],
  ]);
});
