import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { planRole, roleArn } from '../../../rehearsal/infra/roles.ts';
import { deploy, operate, prepareRelease, type Prepared } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';

// What a pull request's plan shows: with the plan role of the infrastructure's own policies, and nothing built.
let stage: Stage;
let prepared: Prepared;

beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  await stage.cloud.provision([planRole(stage.manifest, 'example/smartboard')]);
  prepared = await prepareRelease(stage);
});
afterEach(() => stage.close());

const ofPullRequest = { job: { event: 'pull_request', ref: 'refs/pull/7/merge' }, withoutEnvironment: true };

/** Plans the manifest after a change of its text, as a job of a pull request does. */
async function planOf(change: (text: string) => string = (text) => text, inputs = {}): Promise<StepRun> {
  await writeFile(join(stage.directory, 'slipway.yml'), change(smallManifest));
  const role = roleArn(stage.manifest.environment.account, planRole(stage.manifest, 'example/smartboard'));
  stage.forgetCalls();
  const given = { operation: 'plan', 'role-to-assume': role, ...inputs };
  return operate(stage, given, ofPullRequest);
}

/** By service, the kind of change and each difference in words. */
function changesOf({ report }: StepRun): Record<string, readonly string[]> {
  const services = (report?.plan?.waves ?? []).flat();
  return Object.fromEntries(
    services.map(({ name, change, changes }) => [
      name,
      [change, ...changes.map(({ what, from, to }) => `${what}: ${from} → ${to}`)],
    ]),
  );
}

test('nothing is changed by a pull request that changes nothing, and nothing but reads is done', async () => {
  await deploy(stage, prepared);
  const run = await planOf();
  expect(run.error).toBeUndefined();
  expect(changesOf(run)).toEqual({ 'svc-auth': ['unchanged'], web: ['unchanged'], worker: ['unchanged'] });
  expect(run.report).toMatchObject({ operation: 'plan', plan: { willChange: false, untouched: [] } });
  expect(run.outputs).not.toHaveProperty('verdict');
  expect(run.summary).toContain('Nothing will change.');
  expect(stage.writes()).toEqual([]);
});

test('no value of a secret is asked for', async () => {
  await deploy(stage, prepared);
  const before = stage.calls.length;
  await planOf();
  const asked = stage.calls.slice(before).map(({ operation }) => operation);
  expect(asked.length).toBeLessThan(20);
  expect(asked.filter((operation) => /Secret/.test(operation))).toEqual([]);
});

test.each<[string, (text: string) => string, readonly string[]]>([
  [
    'another literal',
    (text) => text.replace('NODE_ENV: { parameter', 'LOG_LEVEL: debug\n      NODE_ENV: { parameter'),
    ['environment LOG_LEVEL: absent → a literal'],
  ],
  [
    'another parameter',
    (text) =>
      text
        .replace(
          '{ parameter: "/smartboard/{environment}/node-env" }',
          '{ parameter: "/smartboard/{environment}/mode" }',
        )
        .concat('  "/smartboard/{environment}/mode": { value: production }\n'),
    [
      'secret NODE_ENV: arn:aws:ssm:eu-west-1:111122223333:parameter/smartboard/prod/node-env → ' +
        'arn:aws:ssm:eu-west-1:111122223333:parameter/smartboard/prod/mode',
    ],
  ],
  [
    'another secret',
    (text) =>
      text.replace('secret: smartboard/app/jwt-secret, min', 'secret: smartboard/oidc/microsoft-client-secret, min'),
    [
      expect.stringMatching(
        /^secret JWT_SECRET: arn:.*jwt-secret-\w{6} → the secret smartboard\/oidc\/microsoft/,
      ) as never,
    ],
  ],
  [
    'a variable less',
    (text) => text.replace(/ {6}REDIS_URL: .*\n/, ''),
    [expect.stringMatching(/^secret REDIS_URL: arn:.* → absent$/) as never],
  ],
  [
    'other sizes',
    (text) => text.replace('cpu: 256\n    memory: 512', 'cpu: 512\n    memory: 1024'),
    ['cpu: 256 → 512', 'memory: 512 → 1024'],
  ],
])('%s in the manifest is a change of its service alone', async (_, change, expected) => {
  await deploy(stage, prepared);
  const run = await planOf(change);
  expect(run.error).toBeUndefined();
  expect(changesOf(run)).toEqual({ 'svc-auth': ['update', ...expected], web: ['unchanged'], worker: ['unchanged'] });
});

test('a new template is told, and what an old one is composed of is left to the release', async () => {
  await deploy(stage, prepared);
  const run = await planOf((text) =>
    text.replace(
      '?schema=auth"',
      '?schema=other"\n      OTHER_URL: { template: "rediss://:{cache.token}@{cache.host}" }',
    ),
  );
  expect(changesOf(run)['svc-auth']).toEqual(['update', 'secret OTHER_URL: absent → composed at the release']);
  expect(run.summary).toContain('What templates are composed of is known once the release is configured.');
});

test('another address follows from the port of the service that is called', async () => {
  await deploy(stage, prepared);
  const run = await planOf((text) => text.replaceAll('4010', '4011'));
  expect(changesOf(run)['web']).toEqual(['update', 'environment AUTH_BASE_URL: a literal → another one']);
});

test('an image that is there already is planned with, the others stay as they run', async () => {
  await deploy(stage, prepared);
  const web = await stage.push('web', { version: '2' });
  const run = await planOf(undefined, { images: JSON.stringify({ web }) });
  expect(changesOf(run)).toEqual({
    'svc-auth': ['unchanged'],
    web: ['update', expect.stringContaining('image: smartboard-web@sha256:')],
    worker: ['unchanged'],
  });
});

test('a new service is created, one that is gone is named, and what is not provisioned yet stops nothing', async () => {
  await deploy(stage, prepared);
  const run = await planOf((text) => text.replace(/ {2}worker:/, '  mailer:'));
  expect(run.error).toBeUndefined();
  expect(changesOf(run)).toEqual({ 'svc-auth': ['unchanged'], web: ['unchanged'], mailer: ['create'] });
  expect(run.report?.plan).toMatchObject({
    willChange: true,
    untouched: [{ service: 'smartboard-worker', why: 'not in the manifest' }],
  });
});

test('before the first release everything is to be created', async () => {
  const run = await planOf();
  expect(changesOf(run)).toEqual({ 'svc-auth': ['create'], web: ['create'], worker: ['create'] });
});

test('the role is for pull requests: it may change nothing', async () => {
  const role = roleArn(stage.manifest.environment.account, planRole(stage.manifest, 'example/smartboard'));
  stage.forgetCalls();
  const run = await deploy(stage, prepared, { 'role-to-assume': role }, ofPullRequest);
  expect(run.error).toBeInstanceOf(Error);
  expect(Object.keys(stage.cloud.ecs.truth())).toEqual([]);
});
