import { describe, expect, test } from '@jest/globals';
import { jobsOf, type Job, needsOf, readAction, readWorkflow, stepsOf, textOf } from './workflow-files.ts';

// plan.yml: what a pull request may have done for it, and by whom the comment is written.
const file = '.github/workflows/plan.yml';
const example = 'examples/smartboard/.github/workflows/plan.yml';
const { on, jobs } = readWorkflow(file);
const named = (name: string): Job => jobs[name] ?? {};
const usedBy = (name: string) => (named(name).steps ?? []).map(({ uses = '' }) => uses.split('@')[0]);
const sameRepository = 'github.event.pull_request.head.repo.full_name == github.repository';

test('it runs for pull requests and when it is called, with nothing that would give a stranger rights', () => {
  expect(Object.keys(on)).toEqual(['pull_request', 'workflow_call']);
});

test('only the job that comments may write, and it may do nothing else', () => {
  expect(Object.fromEntries(jobsOf(file).map(([name, { permissions }]) => [name, permissions]))).toEqual({
    none: {},
    plan: { contents: 'read', 'id-token': 'write' },
    comment: { 'pull-requests': 'write' },
  });
});

test('the job that comments checks nothing out, and runs our own action alone', () => {
  expect(usedBy('comment')).toEqual(['$/actions/plan-comment/comment']);
});

test('the example grants what the jobs together ask for, in 25 lines at most', () => {
  const asked = Object.assign({}, ...jobsOf(file).map(([, { permissions }]) => permissions)) as object;
  const call = readWorkflow(example).jobs['plan'] ?? {};
  const { inputs, secrets } = on['workflow_call'] as Record<'inputs' | 'secrets', object>;
  expect(call.permissions).toEqual(asked);
  expect(Object.keys(call.with ?? {}).filter((name) => !(name in inputs))).toEqual([]);
  expect(Object.keys(call.secrets as object).filter((name) => !(name in secrets))).toEqual([]);
  expect(textOf(example).trimEnd().split('\n').length).toBeLessThanOrEqual(25);
});

test('nobody is asked: no job has an environment, or the secrets of one', () => {
  expect(jobsOf(file).filter(([, { environment }]) => environment !== undefined)).toEqual([]);
});

describe('a fork', () => {
  test('gets no plan and no comment', () => {
    expect(named('plan').if).toContain(sameRepository);
    expect(needsOf(named('comment'))).toEqual(['plan']);
    expect(named('comment').if).toContain(`contains(fromJSON('["success", "failure"]'), needs.plan.result)`);
  });

  test('is told why, by a job that may do nothing', () => {
    const { if: when, steps = [] } = named('none');
    expect(when).toBe(`\${{ ${sameRepository.replace('==', '!=')} }}`);
    expect(steps.map(({ run }) => run)).toEqual([
      expect.stringMatching(/^echo "::notice title=No plan::.* fork's gets none/),
    ]);
  });
});

describe('the job that plans', () => {
  const steps = named('plan').steps ?? [];
  const step = (action: string) => steps.find(({ uses }) => uses === `$/actions/${action}`);

  test('reads, part by part, with the role that may only read', () => {
    expect(usedBy('plan')).toEqual([
      'actions/checkout',
      '$/.github/actions/choose-role',
      '$/actions/build-push',
      '$/actions/deploy-ecs',
      '$/actions/infra',
      '$/actions/plan-comment/collect',
    ]);
    expect(steps[1]?.with?.['role']).toBe('plan');
    const asAccount = steps.filter((one) => one.with?.['role-to-assume'] !== undefined);
    expect(asAccount.map((one) => one.with?.['role-to-assume'])).toEqual(
      Array(3).fill('${{ steps.role.outputs.arn }}'),
    );
  });

  test('builds, changes and provisions nothing', () => {
    expect(step('build-push')?.with).toMatchObject({ 'dry-run': true });
    expect(step('infra')?.with).toMatchObject({ 'dry-run': true, part: 'all' });
    expect(step('deploy-ecs')?.with).toMatchObject({ operation: 'plan' });
    expect(step('deploy-ecs')?.with).not.toHaveProperty('config');
  });

  test('runs no command', () => {
    expect(steps.filter(({ run }) => run !== undefined)).toEqual([]);
  });

  test('goes on where one part fails, and hands every result on', () => {
    const parts = textOf(file).match(/continue-on-error: true/g);
    expect(parts).toHaveLength(3);
    expect(step('plan-comment/collect')?.with).toMatchObject({
      images: '${{ steps.images.outputs.plan }}',
      services: '${{ steps.services.outputs.report }}',
      infra: '${{ steps.infra.outputs.report }}',
      base: '${{ github.event.pull_request.base.sha }}',
    });
    expect(named('plan').outputs).toEqual({ plan: '${{ steps.collect.outputs.plan }}' });
  });

  test('asks only for outputs that its actions have', () => {
    const folders = new Map(steps.flatMap(({ id, uses = '' }) => (id === undefined ? [] : [[id, uses.slice(2)]])));
    const asked = [...textOf(file).matchAll(/steps\.([a-z]+)\.outputs\.([a-z-]+)/g)];
    const wrong = asked.filter(([, id = '', output = '']) => {
      const folder = folders.get(id);
      return folder === undefined || !(output in (readAction(`${folder}/action.yml`).outputs ?? {}));
    });
    expect(asked.length).toBeGreaterThan(6);
    expect(wrong.map(([text]) => text)).toEqual([]);
  });
});

test('each pull request and environment waits for itself alone, and a newer commit replaces an older one', () => {
  const groups = ['plan', 'comment'].map((name) => named(name).concurrency);
  for (const group of groups) {
    expect(group?.['group']).toContain('${{ github.event.pull_request.number }}');
    expect(group?.['group']).toContain('${{ inputs.environment || vars.SLIPWAY_ENVIRONMENT }}');
  }
  expect(groups.map((group) => group?.['cancel-in-progress'])).toEqual([
    "${{ github.event_name == 'pull_request' }}",
    false,
  ]);
});

test('what a person may write never reaches a script', () => {
  const written = /github\.(?:head_ref|event\.pull_request\.(?:title|body|head\.ref|head\.label))/;
  expect(textOf(file)).not.toMatch(written);
  expect(stepsOf(file).filter(({ env }) => env !== undefined)).toEqual([]);
});
