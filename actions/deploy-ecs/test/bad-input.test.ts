import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../lib/github/job.ts';
import { annotationFor } from '../../../lib/github/annotation.ts';
import { deploy, operate, type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';

/** Whatever is refused here is refused by the whole action, with nothing written: so all cases share one account. */
let stage: Stage;
let prepared: Prepared;
beforeAll(async () => {
  stage = await openStage({ manifest: smallManifest });
  prepared = await prepareRelease(stage);
});
beforeEach(async () => {
  stage.forgetCalls();
  await writeFile(join(stage.directory, 'slipway.yml'), smallManifest);
});
afterAll(() => stage.close());

const byHand = (ref: string, change: Partial<Job> = {}) => ({ job: { event: 'workflow_dispatch', ref, ...change } });
const declared = (branches: string) =>
  smallManifest.replace('repository: example/smartboard', `repository: example/smartboard, branches: ${branches}`);
const change = (from: string | RegExp, to: string) => smallManifest.replace(from, to);

/** What everybody sees of a refusal: its code, no output, and nothing written. */
function refusalOf(run: StepRun) {
  const { code, remedy = '' } = run.error ?? {};
  return { code, remedy: /\w/.test(remedy), outputs: run.outputs, writes: stage.writes() };
}

const refusedAs = (code: string) => ({ code, remedy: true, outputs: {}, writes: [] });

/** The one annotation, with its code first. */
function annotationOf(run: StepRun): string {
  return annotationFor(run.error, 'deploy-ecs').message;
}

/** Everything that is said anywhere. */
function wordsOf(run: StepRun): string {
  return JSON.stringify([annotationOf(run), run.lines, run.warnings, run.summary]);
}

/** What must not be repeated; short words stand in any sentence. */
function secretOf(value: string): string {
  return value.trim().length > 4 ? value.trim() : '\u0000';
}

const digest = `sha256:${'b'.repeat(64)}`;
const registry = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';
const arn = (region: string, account: string, cluster: string) =>
  `arn:aws:ecs:${region}:${account}:service/${cluster}/smartboard-web`;

type Case = readonly [what: string, inputs: Readonly<Record<string, string>>, code: string, names: string];

describe('an input is refused, named, and never repeated:', () => {
  test.each<Case>([
    ['services that name nothing', { services: ' , ' }, 'E_INPUT', 'services'],
    ['a service named twice', { services: 'worker,web,worker' }, 'E_INPUT', 'services'],
    ['a service of another alphabet', { services: 'wеb' }, 'E_INPUT', 'services'],
    ['a service with a blank behind it', { services: 'web ' }, 'E_INPUT', 'services'],
    ['a service with a no-break space behind it', { services: 'web\u00a0' }, 'E_INPUT', 'services'],
    ['a service in capitals', { services: 'Web' }, 'E_INPUT', 'services'],
    ['a service with a command for the runner', { services: '::set-output name=x::y' }, 'E_INPUT', 'services'],
    ['a service that every object knows', { services: 'constructor' }, 'E_INPUT', 'services'],
    [
      'an ARN of this cluster',
      { services: arn('eu-west-1', '111122223333', 'smartboard-prod') },
      'E_INPUT',
      'services',
    ],
    ['an ARN of another cluster', { services: arn('eu-west-1', '111122223333', 'other') }, 'E_SCOPE', 'services'],
    [
      'an ARN of another account',
      { services: arn('eu-west-1', '444455556666', 'smartboard-prod') },
      'E_SCOPE',
      'services',
    ],
    [
      'an ARN of another region',
      { services: arn('us-east-1', '111122223333', 'smartboard-prod') },
      'E_SCOPE',
      'services',
    ],
    ['a tag', { images: '{"web":"latest-tag"}' }, 'E_POLICY', 'images'],
    ['an image by tag', { images: `{"web":"${registry}/smartboard-web:v1"}` }, 'E_POLICY', 'images'],
    ['a digest of another algorithm', { images: `{"web":"sha512:${'b'.repeat(128)}"}` }, 'E_POLICY', 'images'],
    ['a digest in capitals', { images: `{"web":"sha256:${'B'.repeat(64)}"}` }, 'E_POLICY', 'images'],
    ['a digest with a line behind it', { images: `{"web":"${digest}\\n::error::x"}` }, 'E_POLICY', 'images'],
    ['a digest that is none', { images: '{"web":null}' }, 'E_POLICY', 'images'],
    ['a digest with its own repository', { images: `{"web":"${registry}/other@${digest}"}` }, 'E_SCOPE', 'images'],
    ['images of a service that is not there', { images: `{"web-of-others":"${digest}"}` }, 'E_INPUT', 'images'],
    ['a service twice in images', { images: `{"web":"${digest}","web":"${digest}"}` }, 'E_INPUT', 'images'],
    ['no image at all', { images: '{}' }, 'E_INPUT', 'images'],
    ['images as a list', { images: `["${digest}"]` }, 'E_INPUT', 'images'],
    ['images that are no JSON', { images: '{"web":hunter2hunter2}' }, 'E_INPUT', 'images'],
    ['a prototype as a service', { images: `{"__proto__":"${digest}"}` }, 'E_INPUT', 'images'],
    ['a config that is not there', { config: '/nowhere/config-of-others.json' }, 'E_INPUT', 'config'],
    ['an unknown operation', { operation: 'destroy-all' }, 'E_INPUT', 'operation'],
    ['an environment that the manifest does not have', { environment: 'staging' }, 'E_INPUT', 'environment'],
    ['an environment that every object knows', { environment: '__proto__' }, 'E_INPUT', 'environment'],
    ['a manifest outside of the repository', { manifest: '../elsewhere.yml' }, 'E_INPUT', 'manifest'],
    ['a manifest that is not there', { manifest: 'elsewhere.yml' }, 'E_INPUT', 'manifest'],
    ['another region', { 'aws-region': 'us-east-2' }, 'E_SCOPE', 'aws-region'],
    ['a region with a blank in it', { 'aws-region': 'eu west 1' }, 'E_INPUT', 'aws-region'],
    [
      'a role of another account',
      { 'role-to-assume': 'arn:aws:iam::444455556666:role/deploy' },
      'E_SCOPE',
      'role-to-assume',
    ],
    ['a release id with a path in it', { release: '../releases/head-1' }, 'E_INPUT', 'release'],
    ['a cluster with a line in it', { cluster: 'prod\nother-1' }, 'E_INPUT', 'cluster'],
    ['a cluster that is an ARN', { cluster: 'arn:aws:ecs:eu-west-1:444455556666:cluster/prod' }, 'E_SCOPE', 'cluster'],
    ['a desired count for all at once', { 'desired-count': '3777' }, 'E_INPUT', 'desired-count'],
    ['a desired count below zero', { 'desired-count': '-1', services: 'web' }, 'E_INPUT', 'desired-count'],
    ...['0', '-5', 'NaN', '361', '1e9', '10m', '6.5', 'Infinity', '٣'].map((value): Case => [
      `a wait of ${value}`,
      { 'wait-for-minutes': value },
      'E_INPUT',
      'wait-for-minutes',
    ]),
    ...['yes', 'TRUE', '1', 'on'].map((value): Case => [`force: ${value}`, { force: value }, 'E_INPUT', 'force']),
    ['an unknown policy for failures', { 'on-failure': 'ignore-it' }, 'E_INPUT', 'on-failure'],
    ['an unknown policy for a cancelled job', { 'on-cancel': 'stop-it' }, 'E_INPUT', 'on-cancel'],
    ['a reason of 501 letters', { reason: 'z'.repeat(501) }, 'E_INPUT', 'reason'],
  ])('%s', async (_what, inputs, code, names) => {
    const [value = ''] = Object.values(inputs);
    const run = await deploy(stage, prepared, inputs);
    expect(refusalOf(run)).toEqual(refusedAs(code));
    expect(annotationOf(run)).toMatch(new RegExp(`^${code}: .*${names}`, 's'));
    expect(wordsOf(run)).not.toContain(secretOf(value));
  });

  test.each(['latest', 'HEAD~1', '--', '-rf', '../head', 'previous', 'main', 'v1\nx', '$(id)'])(
    'a rollback to %j',
    async (release) => {
      const run = await operate(stage, { operation: 'rollback', reason: 'a blank page', release });
      expect(refusalOf(run)).toEqual(refusedAs('E_INPUT'));
      expect(annotationOf(run)).toContain('release');
    },
  );
});

describe('a file of config-env that someone has changed is refused:', () => {
  test.each<[string, (config: any) => unknown, string]>([
    ['a service that is null', (config) => (config.services.web = null), 'E_INPUT'],
    ['services as a list', (config) => (config.services = []), 'E_INPUT'],
    ['a variable that is a number', (config) => (config.services.web.environment.PORT = 3000), 'E_INPUT'],
    ['secrets as text', (config) => (config.services.web.secrets = 'x'), 'E_INPUT'],
    ['migrations that are none', (config) => (config.services.web.migrations = [null]), 'E_INPUT'],
    ['another account', (config) => (config.account = '444455556666'), 'E_SCOPE'],
    ['another environment', (config) => (config.environment = 'st\n::error::aging'), 'E_SCOPE'],
  ])('%s', async (_what, tamper, code) => {
    const path = prepared.inputs['config'] ?? '';
    const kept = await readFile(path, 'utf8');
    const config = JSON.parse(kept) as unknown;
    tamper(config);
    await writeFile(path, JSON.stringify(config));
    const run = await deploy(stage, prepared);
    await writeFile(path, kept);
    expect(refusalOf(run)).toEqual(refusedAs(code));
    expect(annotationOf(run)).toContain('config');
    expect(wordsOf(run)).not.toContain('aging');
  });
});

describe('a ref is refused', () => {
  test.each<[string, Partial<Job>, string | undefined]>([
    ['a branch, started by hand', byHand('refs/heads/feature').job, undefined],
    ['a branch that begins like main', byHand('refs/heads/main-2').job, undefined],
    ['a branch in another case', byHand('refs/heads/Main').job, undefined],
    ['a tag called main', byHand('refs/tags/main').job, undefined],
    ['a pull request', { event: 'pull_request', ref: 'refs/pull/7/merge' }, undefined],
    ['main, where the default branch is another', byHand('refs/heads/main', { defaultBranch: 'trunk' }).job, undefined],
    [
      'a push to a branch that the manifest does not name',
      { event: 'push', ref: 'refs/heads/feature' },
      '[main, "release/*"]',
    ],
    ['a branch that only contains a named one', { event: 'push', ref: 'refs/heads/my-release/1' }, '["release/*"]'],
  ])('when it is %s', async (_what, job, branches) => {
    if (branches !== undefined) await writeFile(join(stage.directory, 'slipway.yml'), declared(branches));
    const run = await deploy(stage, prepared, {}, { job });
    expect(refusalOf(run)).toEqual(refusedAs('E_POLICY'));
    expect(annotationOf(run)).toContain('GITHUB_REF');
  });

  test.each<[string, Partial<Job>, string | undefined]>([
    ['main, started by hand', byHand('refs/heads/main').job, undefined],
    ['the default branch, started by hand', byHand('refs/heads/trunk', { defaultBranch: 'trunk' }).job, undefined],
    ['whatever a push deploys', { event: 'push', ref: 'refs/heads/develop' }, undefined],
    ['a branch that the manifest names', byHand('refs/heads/release/7').job, '[main, "release/*"]'],
    ['a branch between two stars', byHand('refs/heads/a/release/7').job, '["*/release/*"]'],
    ['nothing, on a laptop', { event: '', ref: '' }, undefined],
  ])('but not %s', async (_what, job, branches) => {
    if (branches !== undefined) await writeFile(join(stage.directory, 'slipway.yml'), declared(branches));
    // What comes next is refused for another reason: nothing is released here.
    const { error } = await deploy(stage, prepared, { services: 'nobody' }, { job });
    expect(error).toMatchObject({ code: 'E_INPUT', message: expect.stringContaining('services') });
  });

  test('nobody is kept from looking: plan works on every branch', async () => {
    const run = await deploy(stage, prepared, { operation: 'plan' }, byHand('refs/heads/feature'));
    expect(run.error).toBeUndefined();
    expect(stage.writes()).toEqual([]);
  });
});

describe('a manifest is refused before anything is asked of AWS:', () => {
  test.each<[string, string | Uint8Array, string, string]>([
    ['empty', '# nothing\n', 'E_MANIFEST', 'slipway.yml:1:1'],
    ['UTF-16', Buffer.from(`\uFEFF${smallManifest}`, 'utf16le'), 'E_MANIFEST', 'UTF-8'],
    ['ten megabytes', `${smallManifest}#${'x'.repeat(10 * 1024 * 1024)}`, 'E_MANIFEST', 'larger'],
    ['ten thousand deep', `${smallManifest}x: ${'['.repeat(10_000)}`, 'E_MANIFEST', 'deeper'],
    [
      'a thousand and one services',
      `${smallManifest.split('services:\n')[0]}services:\n${Array.from({ length: 1001 }, (_one, at) => `  s${at}: { port: 1 }\n`).join('')}`,
      'E_MANIFEST',
      '1001',
    ],
    ['an anchor', change('spot: true', 'spot: &a true'), 'E_MANIFEST', 'Anchors'],
    ['a tag', change('spot: true', 'spot: !!js/function true'), 'E_MANIFEST', 'Tags'],
    ['a key twice', `${smallManifest}version: 1\n`, 'E_MANIFEST', 'twice'],
    ['servces', change('services:', 'servces:'), 'E_MANIFEST', 'Did you mean "services"?'],
    ['version 2', change('version: 1', 'version: 2'), 'E_MANIFEST', 'Write 1.'],
    ['an account without quotes', change('"111122223333"', '012345678901'), 'E_MANIFEST', 'quotes'],
    ['yes', change('spot: true', 'spot: yes'), 'E_MANIFEST', 'true or false'],
    ['a pair that Fargate does not know', change('memory: 512', 'memory: 513'), 'E_MANIFEST', 'Fargate'],
    ['a fractional count', change('spot: true', 'spot: true\n    desired-count: 1.5'), 'E_MANIFEST', 'a fraction'],
    ['a secret in plain sight', change('PORT: "3000"', 'PORT: "AKIAIOSFODNN7EXAMPLE"'), 'E_POLICY', 'AWS access key'],
    ['an expression', change('PORT: "3000"', 'PORT: "${{ vars.PORT }}"'), 'E_MANIFEST', 'expression'],
    ['an unknown `after`', change('after: [svc-auth]', 'after: [svc-auht]'), 'E_MANIFEST', 'svc-auth'],
    [
      'an ARN of another account',
      change(
        'secret: smartboard/oidc/microsoft-client-secret',
        'secret: "arn:aws:secretsmanager:eu-west-1:444455556666:secret:a-AbCdEf"',
      ),
      'E_SCOPE',
      'account',
    ],
    [
      'a branch with a space',
      change('repository: example/smartboard', 'repository: example/smartboard, branches: ["a b"]'),
      'E_MANIFEST',
      'branch',
    ],
    [
      'a branch as a ref',
      change('repository: example/smartboard', 'repository: example/smartboard, branches: [refs/heads/main]'),
      'E_MANIFEST',
      'refs/heads',
    ],
  ])('%s', async (_what, contents, code, names) => {
    await writeFile(join(stage.directory, 'slipway.yml'), contents);
    const before = stage.calls.length;
    const run = await deploy(stage, prepared);
    expect(refusalOf(run)).toEqual(refusedAs(code));
    expect(annotationOf(run)).toContain(names);
    expect(wordsOf(run)).not.toContain('AKIAIOSFODNN7EXAMPLE');
    expect(stage.calls).toHaveLength(before);
  });

  test('all problems are in one report, each with its line', async () => {
    await writeFile(
      join(stage.directory, 'slipway.yml'),
      change('version: 1', 'version: 2').replace('spot: true', 'spot: yes').replace('port: 3000', 'port: 99999'),
    );
    const { error } = await deploy(stage, prepared);
    expect(error?.message.match(/slipway\.yml:\d+:\d+/g)).toHaveLength(3);
  });
});
