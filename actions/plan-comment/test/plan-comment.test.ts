import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { type StagedStep, stagedStep } from '../../../rehearsal/test/stage/step.ts';
import { planComment } from '../src/main.ts';
import { planShape } from '../src/plan.ts';
import { planOf, stackChange } from './plans.ts';

/** Both steps, and GitHub's REST API over HTTP; neither asks anything of AWS. */
let stage: Stage;
let apiUrl: string;

const [head, base] = ['a'.repeat(40), 'b'.repeat(40)];
const collecting = { contents: 'read' } as const;
const commenting = { 'pull-requests': 'write' } as const;

beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  const { url } = await stage.cloud.listen({ port: 0 });
  apiUrl = `${url}/_github/api`;
  stage.cloud.describeFiles({ [base]: { 'slipway.yml': smallManifest } });
});
afterEach(() => stage.close());

async function run(
  inputs: Readonly<Record<string, string>>,
  permissions: Readonly<Record<string, string>>,
): Promise<StagedStep & { error: unknown }> {
  stage.cloud.describeJob({ repository: 'example/smartboard', event_name: 'pull_request', permissions });
  const step = stagedStep({
    name: 'plan-comment',
    inputs: { environment: 'prod', 'github-token': stage.cloud.jobApiToken, ...inputs },
    workspace: stage.directory,
    temporaryDirectory: stage.directory,
    runId: '1001',
    runAttempt: 1,
    commit: 'c'.repeat(40),
    signal: new AbortController().signal,
    job: { apiUrl, url: 'https://github.com/example/smartboard/actions/runs/1001', event: 'pull_request' },
    idToken: () => Promise.reject(new Error('Nobody asks for a token of AWS.')),
    onLine: () => {},
  });
  const error: unknown = await planComment(step).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { ...step, error };
}

/** What a job whose steps all came to their end would collect. */
async function collect(inputs: Readonly<Record<string, string>> = {}) {
  const services = { plan: { willChange: false, waves: [], untouched: [] }, region: 'eu-west-1' };
  await write('services.json', services);
  const given = {
    command: 'collect',
    images: '[{"service":"web","would":"re-tag","why":"unchanged"}]',
    services: join(stage.directory, 'services.json'),
    'infra-changed': 'false',
    head,
    base,
    ...inputs,
  };
  const { error, said } = await run(given, collecting);
  const text = said.outputs['plan'] ?? 'null';
  return { error, text, warnings: said.warnings, plan: planShape.safeParse(JSON.parse(text)).data };
}

const write = (name: string, value: unknown) => writeFile(join(stage.directory, name), JSON.stringify(value));
const comment = (inputs: Readonly<Record<string, string>> = {}) =>
  run({ command: 'comment', 'pull-request': '7', plan: JSON.stringify(planOf()), ...inputs }, commenting);
const bodies = () => stage.cloud.githubComments.of(7).map(({ body }) => body);

describe('collect', () => {
  test('puts together what the steps have found, about the commit of the pull request', async () => {
    expect((await collect()).plan).toEqual({
      application: 'smartboard',
      environment: 'prod',
      commit: head,
      images: { kind: 'known', value: [{ service: 'web', would: 're-tag', why: 'unchanged' }] },
      services: { kind: 'known', value: { waves: [], untouched: [] } },
      infra: { kind: 'known', value: null },
      cost: { kind: 'known', value: 'No change.' },
    });
    expect(stage.cloud.calls()).toEqual(expect.not.objectContaining({ 'sts:GetCallerIdentity': expect.anything() }));
  });

  test('what costs more is told, although the infrastructure is unchanged', async () => {
    await writeFile(
      join(stage.directory, 'slipway.yml'),
      smallManifest.replace('cpu: 256', 'desired-count: 3\n    cpu: 256'),
    );
    expect((await collect()).plan?.cost).toEqual({
      kind: 'known',
      value: expect.stringMatching(/^About \+\d+\.\d\d USD a month .*ECS Fargate/),
    });
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['without a manifest', {}, /USD a month; the base has no such environment\.$/],
    [
      'without this environment',
      { 'slipway.yml': smallManifest.replace('  prod:', '  staging:') },
      /no such environment/,
    ],
  ])('to a base %s the whole sum is told', async (_, files, expected) => {
    stage.cloud.describeFiles({ [base]: files });
    expect((await collect()).plan?.cost).toEqual({ kind: 'known', value: expect.stringMatching(expected) });
  });

  test('a base of which nothing can be made costs nobody the rest', async () => {
    stage.cloud.describeFiles({ [base]: { 'slipway.yml': 'version: 2' } });
    expect((await collect()).plan?.cost).toEqual({ kind: 'unknown', why: 'base-unusable' });
    stage.setFaults([{ operation: 'github:getContent', kind: 'server-error' }]);
    const { plan, warnings } = await collect();
    expect(plan?.cost).toEqual({ kind: 'unknown', why: 'base-not-read' });
    expect(warnings).toEqual(["The base's manifest was not to be had from GitHub: it answered with 500."]);
  });

  test.each<[string, Record<string, string>, 'images' | 'services' | 'infra', string]>([
    ['images', { images: '' }, 'images', 'failed'],
    ['images that are none', { images: '{"web":1}' }, 'images', 'failed'],
    ['services', { services: '' }, 'services', 'failed'],
    ['services whose file is gone', { services: '/nowhere' }, 'services', 'failed'],
    ['infra', { 'infra-changed': '' }, 'infra', 'failed'],
    ['infra that changed without a report', { 'infra-changed': 'true' }, 'infra', 'failed'],
    ['infra by others', { 'infra-changed': 'none' }, 'infra', 'by-others'],
  ])('without %s the others are told', async (_, inputs, name, why) => {
    const { plan, error } = await collect(inputs);
    expect([error, plan?.[name]]).toEqual([undefined, { kind: 'unknown', why }]);
    const parts = [plan?.images, plan?.services, plan?.infra, plan?.cost];
    expect(parts.filter((part) => part?.kind === 'unknown')).toHaveLength(1);
  });

  test('a comparison that did not come to its end is none', async () => {
    const report = { outcome: 'failed', stacks: [], losses: [], notes: [] };
    await write('infra.json', report);
    const inputs = { 'infra-changed': 'true', infra: join(stage.directory, 'infra.json') };
    expect((await collect(inputs)).plan?.infra).toEqual({ kind: 'unknown', why: 'failed' });
    await write('infra.json', { ...report, outcome: 'compared' });
    expect((await collect(inputs)).plan?.infra).toMatchObject({ kind: 'known', value: { stacks: [] } });
  });

  test('account, region and what looks like a secret are in nothing that is handed on', async () => {
    const arn = 'arn:aws:iam::111122223333:role/x in eu-west-1a';
    const difference = `${arn}\nPASSWORD=hunter2hunter2hunter2X9\n[+] AWS::S3::Bucket`;
    const { value } = stackChange(difference) as { value: object };
    await write('infra.json', value);
    const inputs = { 'infra-changed': 'true', infra: join(stage.directory, 'infra.json'), 'aws-region': 'eu-west-1' };
    const { text } = await collect(inputs);
    expect(text).not.toMatch(/111122223333|eu-west-1|hunter2/);
    expect(text).toContain('arn:aws:iam::***:role/x in ***a');
    expect(text).toContain('[+] AWS::S3::Bucket');
  });

  test('what is too long loses its differences first, then everything but a word', async () => {
    const inputs = { 'infra-changed': 'true', infra: join(stage.directory, 'infra.json') };
    await write('infra.json', (stackChange('é'.repeat(40_000)) as { value: object }).value);
    const { plan, text } = await collect(inputs);
    expect(Buffer.byteLength(text)).toBeLessThan(1_000);
    expect(plan?.infra).toMatchObject({ value: { stacks: [{ added: 1, changed: 2, removed: 0 }] } });
    const images = JSON.stringify([{ service: 'web', would: 'build', why: 'x'.repeat(61_000) }]);
    expect((await collect({ ...inputs, images })).plan).toMatchObject({
      images: { kind: 'unknown', why: 'too-long' },
      cost: { kind: 'known' },
    });
  });

  test('a manifest that is wrong is told with its lines, and nothing is handed on', async () => {
    await writeFile(join(stage.directory, 'slipway.yml'), smallManifest.replace('port: 3000', 'port: 99999'));
    const { error, plan } = await collect();
    expect([error, plan]).toEqual([expect.objectContaining({ code: 'E_MANIFEST' }), undefined]);
  });
});

describe('comment', () => {
  test('writes the plan once, and edits it for the next commit', async () => {
    const first = await comment();
    expect([first.error, first.said.lines]).toEqual([undefined, ['The comment on pull request 7 was written']]);
    await comment({ plan: JSON.stringify(planOf({ commit: 'd'.repeat(40) })) });
    expect(bodies()).toEqual([
      expect.stringMatching(/^<!-- slipway-plan prod slipway\.yml -->\n### Plan for `smartboard prod`[^]*`ddddddd`/),
    ]);
  });

  test('each environment and each manifest has a comment of its own', async () => {
    await comment();
    await comment({ environment: 'staging' });
    await comment({ manifest: 'other/slipway.yml' });
    expect(bodies().map((body) => body.split('\n')[0])).toEqual([
      '<!-- slipway-plan prod slipway.yml -->',
      '<!-- slipway-plan staging slipway.yml -->',
      '<!-- slipway-plan prod other%2Fslipway.yml -->',
    ]);
  });

  test.each([
    ['none', ''],
    ['something else', '{"images":"<img>"}'],
  ])('a plan that is %s takes the place of an old one, which would be wrong by now', async (_, plan) => {
    await comment();
    await comment({ plan });
    expect(bodies()).toEqual([expect.stringContaining('There is none for this commit: [the run](https://github.com/')]);
  });

  test('fits into what GitHub takes, whatever there is to tell', async () => {
    const changes = Array.from({ length: 900 }, (_, at) => ({ what: `${'|`@'.repeat(9)}${at}`, from: '`', to: '``' }));
    const services = { kind: 'known', value: { waves: [[{ name: 'web', change: 'update', changes }]], untouched: [] } };
    const { error } = await comment({ plan: JSON.stringify(planOf({ services } as never)) });
    expect(error).toBeUndefined();
    expect(bodies()[0]?.length).toBeLessThanOrEqual(65_536);
  });

  test('says what is missing when GitHub refuses', async () => {
    const { error } = await run({ command: 'comment', 'pull-request': '7' }, { contents: 'read' });
    expect(error).toMatchObject({ code: 'E_REMOTE', remedy: expect.stringContaining('pull-requests: write') });
    expect(JSON.stringify(error)).not.toContain(stage.cloud.jobApiToken);
  });
});

test.each<[Record<string, string>, string]>([
  [{ command: 'post' }, 'command'],
  [{ command: 'comment', 'pull-request': '0' }, 'pull-request'],
  [{ command: 'comment', 'pull-request': '7', plan: '{' }, 'plan'],
  [{ command: 'collect', head, base: 'main' }, 'base'],
  [{ command: 'collect', head: 'HEAD', base }, 'head'],
  [{ command: 'collect', head, base, 'infra-changed': 'maybe' }, 'infra-changed'],
  [{ command: 'collect', head, base, manifest: '../slipway.yml' }, 'manifest'],
  [{ command: 'comment', 'pull-request': '7', 'github-token': '' }, 'github-token'],
])('%j is refused before GitHub is asked anything', async (inputs, place) => {
  const { error } = await run(inputs, commenting);
  expect(error).toMatchObject({ code: 'E_INPUT', place });
  expect(Object.keys(stage.cloud.calls()).filter((call) => call.startsWith('github:'))).toEqual([]);
});

test.each(['collect', 'comment'])('%s runs the bundle beside it, as that step', (step) => {
  const file = readFileSync(new URL(`../${step}/action.yml`, import.meta.url), 'utf8');
  expect(file).toMatch(new RegExp(`command:\\n +description: .*\\n +default: '${step}'\\n`));
  expect(file).toMatch(/using: 'node24'\n {2}main: '\.\.\/dist\/index\.js'\n$/);
});
