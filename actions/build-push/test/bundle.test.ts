import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseManifest } from '../../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../../lib/core/manifest/select.ts';
import { buildRole as buildRoleOf } from '../../../rehearsal/infra/roles.ts';
import { type RunActionOptions, type StepResult, runAction } from '../../../rehearsal/runner/run-action.ts';
import { type SimulatedCloud, simulateAws } from '../../../simulator/aws.ts';
import { scaledClock } from '../../../simulator/clock.ts';
import { buildRole, twoServices } from './workshop.ts';

// The committed bundle, as the runner starts it: over HTTP, with OIDC, and with the stand-in for docker in PATH.
const action = fileURLToPath(new URL('..', import.meta.url));
const standIn = fileURLToPath(new URL('../../../build/rehearsal/builder/docker.js', import.meta.url));

let directory: string;
let cloud: SimulatedCloud;
let environment: Record<string, string>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-bundle-'));
  cloud = simulateAws({ clock: scaledClock(1) });
  await cloud.provision([
    buildRoleOf(selectEnvironment(parseManifest(twoServices), 'prod'), 'example/smartboard'),
    ...['web', 'worker'].map((name) => ({
      id: name,
      type: 'AWS::ECR::Repository' as const,
      properties: { RepositoryName: `smartboard-${name}`, ImageTagMutability: 'IMMUTABLE' },
    })),
  ]);
  cloud.describeJob({ repository: 'example/smartboard', ref: 'refs/heads/main' });
  const { url } = await cloud.listen({ port: 0 });
  environment = {
    PATH: `${join(directory, 'bin')}:${process.env['PATH']}`,
    AWS_ENDPOINT_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/_github/token?version=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: cloud.jobRequestToken,
    GITHUB_SHA: 'c'.repeat(40),
    GITHUB_RUN_ID: '1001',
    GITHUB_RUN_ATTEMPT: '1',
  };
  await write('bin/docker', `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`);
  await chmod(join(directory, 'bin/docker'), 0o755);
  await write('workspace/slipway.yml', twoServices);
  for (const service of ['web', 'worker']) {
    await write(`workspace/services/${service}/Dockerfile`, `FROM node:24\nCOPY services/${service} /app/\n`);
  }
});

afterEach(async () => {
  await cloud.close();
  await rm(directory, { recursive: true, force: true });
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), text);
}

function run(inputs: Record<string, string>, options: RunActionOptions = {}): Promise<StepResult> {
  return runAction(action, {
    inputs: { environment: 'prod', 'role-to-assume': buildRole, ...inputs },
    environment,
    workspace: join(directory, 'workspace'),
    temporaryDirectory: join(directory, 'job'),
    ...options,
  });
}

test('the bundle builds and pushes, and its post step leaves nothing of the login', async () => {
  const { status, outputs, summary, post, log, masks } = await run({});
  expect({ status, log }).toMatchObject({ status: 0 });
  expect(Object.keys(JSON.parse(outputs['images']!) as object)).toEqual(['web', 'worker']);
  expect(summary).toContain('2 images built, pushed and read back');
  expect([...masks].filter((mask) => JSON.stringify(outputs).includes(mask))).toEqual([]);
  expect((await post!()).status).toBe(0);
  const left = await readdir(join(directory, 'job', 'temp'), { recursive: true });
  expect(left.filter((name) => name.endsWith('config.json'))).toEqual([]);
});

test('a bad input is one annotation, exit code 1 and nothing else', async () => {
  const { status, commands, outputs, summary } = await run({ tags: '$(id)' });
  expect(status).toBe(1);
  expect(commands).toEqual([
    {
      name: 'error',
      properties: { title: 'build-push' },
      value: expect.stringMatching(/^E_INPUT: The input `tags` must hold tags/),
    },
  ]);
  expect({ outputs, summary, calls: cloud.calls() }).toEqual({ outputs: {}, summary: '', calls: {} });
});

test('a job that may not ask for a token is told what to add', async () => {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: _url, ...without } = environment;
  const { commands } = await run({}, { environment: without });
  expect(commands[0]?.value).toContain('Add `permissions: id-token: write` to the job');
});

test('a cancelled job stops docker and says so', async () => {
  const cancel = new AbortController();
  const answers = `case "$2" in bake) echo building >&2; exec sleep 30;; inspect) echo 'Driver: remote';; *) exit 1;; esac`;
  await write('bin/docker', `#!/bin/sh\n${answers}\n`);
  const { status, commands, outcome } = await run(
    {},
    { signal: cancel.signal, onLine: (line) => line === 'building' && cancel.abort() },
  );
  expect({ status, outcome }).toEqual({ status: 1, outcome: 'cancelled' });
  expect(commands.filter(({ name }) => name === 'error').map(({ value }) => value)).toEqual([
    expect.stringMatching(/^E_UNKNOWN: The job was cancelled/),
  ]);
});
