import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { InfraReport } from '../../../lib/core/infra-report.ts';
import { planRole, roleArn } from '../../../rehearsal/infra/roles.ts';
import { deploy, operate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { reportForeseen } from '../../build-push/src/report-foreseen.ts';
import { planComment } from '../src/main.ts';

// What the other actions really write is what collect reads, up to the comment.
let stage: Stage;
let apiUrl: string;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  await stage.cloud.provision([planRole(stage.manifest, 'example/smartboard')]);
  const { url } = await stage.cloud.listen({ port: 0 });
  apiUrl = `${url}/_github/api`;
});
afterEach(() => stage.close());

const [head, base] = ['a'.repeat(40), 'b'.repeat(40)];
const ofPullRequest = () => ({
  job: { event: 'pull_request', ref: 'refs/pull/7/merge', apiUrl },
  withoutEnvironment: true,
});

/** As build-push's dry run ends for a service whose content is new. */
const toBuild: Parameters<typeof reportForeseen>[2] = [
  {
    kind: 'build',
    image: { service: 'web', repository: 'smartboard-web', build: { dockerfile: 'Dockerfile' } },
    why: 'its content is new',
  } as never,
];

const infraReport: InfraReport = {
  outcome: 'compared',
  stacks: [
    { name: 'smartboard-prod-platform', added: 1, changed: 0, removed: 0, difference: '[+] AWS::Logs::LogGroup' },
  ],
  losses: [],
  approval: undefined,
  notes: [],
  error: undefined,
};

test('a pull request from its manifest to its comment, with the rights of its role alone', async () => {
  await deploy(stage, await prepareRelease(stage));
  stage.cloud.describeFiles({ [base]: { 'slipway.yml': smallManifest } });
  await writeFile(
    join(stage.directory, 'slipway.yml'),
    smallManifest.replace('cpu: 256\n    memory: 512', 'cpu: 512\n    memory: 1024'),
  );
  await writeFile(join(stage.directory, 'infra.json'), JSON.stringify(infraReport));
  const role = roleArn(stage.manifest.environment.account, planRole(stage.manifest, 'example/smartboard'));
  stage.forgetCalls();

  const images = await stage.run(
    'images',
    async (step) => reportForeseen(step, { tags: [head] } as never, toBuild),
    {},
    ofPullRequest(),
  );
  const services = await operate(stage, { operation: 'plan', 'role-to-assume': role }, ofPullRequest());
  const collected = await stage.run(
    'plan-comment',
    planComment,
    {
      command: 'collect',
      images: images.outputs['plan'] ?? '',
      services: services.outputs['report'] ?? '',
      'infra-changed': 'true',
      infra: join(stage.directory, 'infra.json'),
      head,
      base,
      'github-token': stage.cloud.jobApiToken,
    },
    ofPullRequest(),
  );
  expect(collected.error).toBeUndefined();

  const commented = await stage.run(
    'plan-comment',
    (step) => {
      stage.cloud.describeJob({ repository: 'example/smartboard', permissions: { 'pull-requests': 'write' } });
      return planComment(step);
    },
    {
      command: 'comment',
      plan: collected.outputs['plan'] ?? '',
      'pull-request': '7',
      'github-token': stage.cloud.jobApiToken,
    },
    ofPullRequest(),
  );
  expect(commented.error).toBeUndefined();
  expect(stage.writes()).toEqual([]);
  const [comment] = stage.cloud.githubComments.of(7);
  expect(comment?.body).toContain('| `web` | `its content is new` |');
  expect(comment?.body).toContain('| `svc-auth` | `update` | `cpu: 256 → 512; memory: 512 → 1024` |');
  expect(comment?.body).toContain('| `smartboard-prod-platform` | `1` | `0` | `0` |');
  expect(comment?.body).toMatch(/\*\*Cost\.\*\* `About \+\d+\.\d\d USD a month .*ECS Fargate/);
  expect(comment?.body).not.toContain('Not found out');
});

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

describe('the README', () => {
  const readme = read('README.md');

  test.each(['collect', 'comment'])('has the inputs of %s, with their defaults', (step) => {
    type Declared = Record<string, { required?: boolean; default?: string }>;
    const { command: _command, ...inputs } = (parse(read(`${step}/action.yml`)) as { inputs: Declared }).inputs;
    const section = readme.split(`### Of ${step}\n`)[1]?.split(/^##/m)[0] ?? '';
    const rows = [...section.matchAll(/^\| `([a-z-]+)` +\| (\S+) +\|/gm)].map(([, name, standard]) => [name, standard]);
    const expected = Object.entries(inputs).map(([name, { required, default: standard }]) => [
      name,
      required === true ? 'required' : standard === undefined ? 'none' : `\`${standard}\``,
    ]);
    expect(rows).toEqual(expected);
  });
});
