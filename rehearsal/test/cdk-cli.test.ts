import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import { simulateAws, type SimulatedCloud } from '../../simulator/aws.ts';
import type { SessionCredentials } from '../../simulator/cloud.ts';
import { scaledClock } from '../../simulator/clock.ts';
import { synthesise } from '../infra/synthesis.ts';

/** The CDK's own command line, as pinned, against the embedded AWS over HTTP: what people use to provision an account. */

let folder: string;
let cloud: SimulatedCloud;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cdk-cli-test-'));
  cloud = simulateAws({ clock: scaledClock(10), trustsGithub: false });
  ({ url } = await cloud.listen({ port: 0 }));
});
afterAll(async () => {
  await cloud.close();
  await rm(folder, { recursive: true, force: true });
});

test('an account is bootstrapped: its bucket, its roles, its version', async () => {
  const { output } = await cdk('bootstrap', { words: ['aws://111122223333/eu-west-1'] });
  expect(output).toContain('Environment aws://111122223333/eu-west-1 bootstrapped.');
  expect(cloud.ssm.valueOf('/cdk-bootstrap/hnb659fds/version')).toMatch(/^\d+$/);
}, 60_000);

test('a stack is deployed, found unchanged, changed and destroyed', async () => {
  await assembly({ Value: 'one' });
  expect(await cdk('deploy')).toMatchObject({ code: 0, output: expect.stringContaining('✅  it') });
  expect((await cdk('deploy')).output).toContain('✅  it (no changes)');
  await assembly({ Value: 'two' });
  expect((await cdk('diff')).output).toMatch(/\[~\] AWS::SSM::Parameter It/);
  await cdk('deploy');
  expect(cloud.ssm.valueOf('/it')).toBe('two');
  expect(await cdk('destroy', { words: ['--force'] })).toMatchObject({ code: 0 });
  expect(cloud.ssm.valueOf('/it')).toBeUndefined();
}, 120_000);

test('a resource that AWS refuses fails the deployment in words that say which', async () => {
  await assembly({ Value: '' });
  const { code, output } = await cdk('deploy');
  expect(code).toBe(1);
  expect(output).toContain('Properties validation failed');
  expect(output).toContain('at Value');
}, 60_000);

test('the role that GitHub gets for provisioning deploys every stack, with no rights but its own', async () => {
  const text = await readFile(new URL('../../examples/smartboard/slipway.yml', import.meta.url), 'utf8');
  const selected = selectEnvironment(parseManifest(text), 'prod');
  const { folder: app } = await synthesise({ text, selected }, new AbortController().signal);
  expect(await cdk('deploy', { app, words: ['smartboard-prod-delivery'] })).toMatchObject({ code: 0 });
  const role = 'arn:aws:iam::111122223333:role/smartboard-prod-infra';
  const { code, output } = await cdk('deploy', { app, words: ['--all'], keys: cloud.iam.sessionFor(role, 'job') });
  expect(output).not.toContain('Proceeding anyway');
  expect([code, cloud.cloudformation.stacks().filter(({ status }) => status === 'CREATE_COMPLETE').length]).toEqual([
    0, 8,
  ]);
}, 120_000);

/** What `cdk synth` writes, for one stack with one parameter. */
async function assembly(properties: object): Promise<void> {
  const template = {
    Resources: { It: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/it', Type: 'String', ...properties } } },
  };
  const stack = {
    type: 'aws:cloudformation:stack',
    environment: 'aws://111122223333/eu-west-1',
    properties: { templateFile: 'it.template.json', stackName: 'it' },
  };
  await writeFile(join(folder, 'it.template.json'), JSON.stringify(template));
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ version: '36.0.0', artifacts: { it: stack } }));
}

type Wishes = { readonly words?: readonly string[]; readonly app?: string; readonly keys?: SessionCredentials };

async function cdk(
  command: string,
  { words = [], app = folder, keys }: Wishes = {},
): Promise<{ code: number | null; output: string }> {
  const assembled = command === 'bootstrap' ? [] : ['--app', app];
  const approval = command === 'deploy' ? ['--require-approval', 'never', '--progress', 'events'] : [];
  const child = spawn(process.execPath, [await cli(), command, ...words, ...assembled, ...approval, '--no-notices'], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      CI: 'true',
      NO_COLOR: '1',
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: keys?.AccessKeyId ?? 'simulator',
      AWS_SECRET_ACCESS_KEY: keys?.SecretAccessKey ?? 'simulator',
      ...(keys === undefined ? {} : { AWS_SESSION_TOKEN: keys.Token }),
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => void (output += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

async function cli(): Promise<string> {
  const file = createRequire(import.meta.url).resolve('aws-cdk/package.json');
  const { bin } = JSON.parse(await readFile(file, 'utf8')) as { bin: { cdk: string } };
  return join(dirname(file), bin.cdk);
}
