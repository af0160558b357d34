import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import {
  actionFiles,
  exampleWorkflows,
  jobsOf,
  ownWorkflows,
  readAction,
  readWorkflow,
  type Step,
  stepsOf,
  textOf,
} from './workflow-files.ts';

// What no reviewer should have to look for, in every workflow and action file.
const workflows = [...ownWorkflows, ...exampleWorkflows];
const files = [...workflows, ...actionFiles];

test('there are workflows and actions to look at', () => {
  expect(ownWorkflows.map((file) => file.split('/').at(-1))).toEqual(
    expect.arrayContaining([
      'ci.yml',
      'codeql.yml',
      'deploy.yml',
      'drift.yml',
      'plan.yml',
      'release.yml',
      'scorecard.yml',
    ]),
  );
  expect([exampleWorkflows.length, actionFiles.length]).toEqual([3, 11]);
});

describe.each(files)('%s', (file) => {
  test("uses others' code by commit only, with its version beside it, and its own by $/", () => {
    const uses = textOf(file)
      .split('\n')
      .filter((line) => /^\s*-?\s*uses:/.test(line));
    const pinned = /uses: (?:\$\/\S+|[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;
    expect(uses.filter((line) => !pinned.test(line) && !isCallOfExample(file, line))).toEqual([]);
  });

  test('has no expression inside a script', () => {
    const scripts = stepsOf(file).flatMap(({ run, with: given }) => [
      run ?? '',
      JSON.stringify(given?.['script'] ?? ''),
    ]);
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });

  test('leaves no token behind a checkout', () => {
    const checkouts = stepsOf(file).filter((step) => isOf(step, 'actions/checkout'));
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });

  test('keeps nothing in a cache that another run could have filled', () => {
    const wrong = stepsOf(file).filter(
      (step) =>
        isOf(step, 'actions/cache') ||
        step.with?.['cache'] !== undefined ||
        (isOf(step, 'actions/setup-node') && step.with?.['package-manager-cache'] !== false) ||
        (isOf(step, 'docker/setup-buildx-action') && step.with?.['cache-binary'] !== false),
    );
    expect(wrong).toEqual([]);
  });
});

describe.each(workflows)('%s', (file) => {
  test('gives no permission to all jobs, and to each its own', () => {
    expect(readWorkflow(file).permissions).toEqual({});
    expect(jobsOf(file).filter(([, job]) => job.permissions === undefined)).toEqual([]);
  });

  test('says why, beside each permission', () => {
    const granted = textOf(file)
      .split('\n')
      .filter((line) => /^\s+[a-z-]+: (?:read|write)\b/.test(line));
    expect(granted.filter((line) => !/: (?:read|write) # \S/.test(line))).toEqual([]);
  });

  test('ends every job of its own after a time', () => {
    const endless = jobsOf(file).filter(
      ([, job]) => job.uses === undefined && !(Number(job['timeout-minutes']) <= 120),
    );
    expect(endless.map(([name]) => name)).toEqual([]);
  });

  test('cannot be started by a stranger with rights', () => {
    const triggers = Object.keys(readWorkflow(file).on);
    const dangerous = new Set(['pull_request_target', 'workflow_run', 'issue_comment', 'issues']);
    expect(triggers.filter((trigger) => dangerous.has(trigger))).toEqual([]);
  });

  test('knows no secret but the three that are names', () => {
    const named = [...textOf(file).matchAll(/\bsecrets\.([A-Za-z_]+)/g)].map(([, name]) => name);
    const allowed = new Set(['AWS_ROLE_TO_ASSUME', 'AWS_REGION', 'ECR_REGISTRY']);
    expect(named.filter((name) => !allowed.has(name ?? ''))).toEqual([]);
    expect(textOf(file)).not.toMatch(/secrets: inherit|toJSON\(secrets/);
  });

  test('cancels nothing that has begun, unless it is the check of a pull request', () => {
    const groups = [readWorkflow(file).concurrency, ...jobsOf(file).map(([, job]) => job.concurrency)];
    const cancelling = groups.map((group) => group?.['cancel-in-progress'] ?? false);
    const allowed = new Set<unknown>([false, "${{ github.event_name == 'pull_request' }}"]);
    expect(cancelling.filter((value) => !allowed.has(value))).toEqual([]);
  });
});

describe('what linters are told to pass over', () => {
  test('is two messages of actionlint, about syntax that is younger than it', () => {
    const { paths } = parse(textOf('.github/actionlint.yaml')) as { paths: Record<string, { ignore: string[] }> };
    const ignored = Object.values(paths).flatMap(({ ignore }) => ignore);
    expect(ignored).toHaveLength(2);
    const harmless = ['unexpected key "needs" for "step"', 'property "nothing" is not defined', 'shellcheck reported'];
    expect(harmless.filter((message) => ignored.some((pattern) => new RegExp(pattern).test(message)))).toEqual([]);
  });

  test("is for zizmor only how the example names Slipway, which has no commit in somebody else's repository yet", () => {
    const ignoring = files.flatMap((file) =>
      textOf(file)
        .split('\n')
        .filter((line) => line.includes('zizmor:'))
        .map((line) => [file, line.trim()] as const),
    );
    expect(ignoring.filter(([file, line]) => !isCallOfExample(file, line))).toEqual([]);
    expect(ignoring).toHaveLength(3);
  });
});

test('Dependabot waits a week, in both ecosystems, wherever something is pinned', () => {
  type Update = { 'package-ecosystem': string; cooldown: object; directory?: string; directories?: string[] };
  const { updates } = parse(textOf('.github/dependabot.yml')) as { updates: Update[] };
  expect(updates.map((update) => update['package-ecosystem'])).toEqual(['github-actions', 'npm']);
  expect(updates.map(({ cooldown }) => cooldown)).toEqual([{ 'default-days': 7 }, { 'default-days': 7 }]);
  expect(updates[0]?.directories).toEqual(
    expect.arrayContaining(['/', '/actions/*', '/.github/actions/*', '/examples/smartboard/.github/workflows']),
  );
});

test('one action is pinned to one commit everywhere', () => {
  const pins = files.flatMap((file) => [...textOf(file).matchAll(/uses: ([\w-]+\/[\w-]+)(?:\/\S+)?@([0-9a-f]{40})/g)]);
  const commits = new Set(pins.map(([, action = '', commit = '']) => `${action} ${commit}`));
  expect([...commits].toSorted().map((pin) => pin.split(' ')[0])).toEqual([
    'actions/attest',
    'actions/checkout',
    'actions/setup-node',
    'docker/setup-buildx-action',
    'github/codeql-action',
    'ossf/scorecard-action',
  ]);
});

test('the actions of ours that need no bundle need no other package either', () => {
  const plain = actionFiles.filter((file) => file.startsWith('.github/'));
  const imported = plain.flatMap((file) => [
    ...textOf(file.replace('action.yml', 'main.mjs')).matchAll(/\bfrom '([^']+)'|\bimport\(/g),
  ]);
  expect(plain.map((file) => readAction(file).runs.using)).toEqual(['node24', 'node24']);
  expect(imported.filter(([, name]) => name?.startsWith('node:') !== true)).toEqual([]);
});

/** The example shows what its readers write: the tag, which docs/reuse.md tells them to replace by a commit. */
function isCallOfExample(file: string, line: string): boolean {
  const call =
    /uses: OWNER\/slipway\/(?:\.github\/workflows\/(?:deploy|plan)\.yml|actions\/[a-z-]+)@v1 # zizmor: ignore\[unpinned-uses\]$/;
  return exampleWorkflows.includes(file) && call.test(line);
}

function isOf({ uses = '' }: Step, action: string): boolean {
  return uses.startsWith(`${action}@`) || uses.startsWith(`${action}/`);
}
