// The command that people use, against MiniStack: bootstrap, deploy, diff, destroy, each as a process of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from './emulator.mjs';

const account = '111122223333';
const region = 'eu-west-1';
const problems = [];
const expect = (holds, what, why = '') => {
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${what}${holds || why === '' ? '' : `\n${why}`}`);
  if (!holds) problems.push(what);
};

const folder = mkdtempSync(join(tmpdir(), 'slipway-infra-'));
// Protected, `destroy` refuses: that is shown first.
const unprotected = join(folder, 'unprotected.yml');
const example = readFileSync('examples/smartboard/slipway.yml', 'utf8');
writeFileSync(unprotected, example.replace('nat: per-az', 'nat: per-az\n    protection: false'));
const emulator = await startEmulator(process.argv[2], { account, region });
try {
  passes(infra('bootstrap'), 'bootstrap makes registries and roles');
  passes(infra('deploy'), 'deploy makes the rest');
  const { status, output } = infra('diff');
  expect(status === 0 && output.match(/: no difference/g)?.length === 7, 'diff then finds none', output.slice(-2000));
  const refused = infra('destroy');
  expect(refused.status !== 0 && /protect/i.test(refused.output), 'destroy refuses protected stacks', refused.output);
  passes(infra('deploy', unprotected), 'deploy takes the protection off');
  const stopped = infra('destroy', unprotected);
  const [, code] = /--approve ([0-9a-f]{8})/.exec(stopped.output) ?? [];
  expect(stopped.status !== 0 && code !== undefined, 'destroy then names the data that would be lost', stopped.output);
  passes(infra('destroy', unprotected, ['--approve', code ?? 'none']), 'and goes through when that was read');
} finally {
  await emulator.end();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = problems.length === 0 ? 0 : 1;

function passes({ status, output }, what) {
  expect(status === 0, what, output.slice(-3000));
}

function infra(verb, manifest = 'examples/smartboard/slipway.yml', more = []) {
  const options = ['--environment', 'prod', '--manifest', manifest, '--output', join(folder, 'out'), ...more];
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'infra/cli/main.ts', verb, ...options, '--emulator', 'ministack'],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        AWS_ENDPOINT_URL: emulator.url,
        AWS_REGION: region,
        // MiniStack takes twelve digits for the account; CDK keeps the account by key.
        AWS_ACCESS_KEY_ID: account,
        AWS_SECRET_ACCESS_KEY: 'ministack',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
    },
  );
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`        infra ${verb}: ${status} in ${seconds} s`);
  const output = stdout + stderr;
  return { status, output };
}
