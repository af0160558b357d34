import { describe, expect, test } from '@jest/globals';
import {
  actionFiles,
  jobsOf,
  type Job,
  ownWorkflows,
  readAction,
  readWorkflow,
  stepsOf,
  textOf,
} from './workflow-files.ts';

// deploy.yml, job by job: what each may do, whom a reviewer is asked for, who waits for whom, and what is handed on.
const file = '.github/workflows/deploy.yml';
const example = 'examples/smartboard/.github/workflows/deploy.yml';
const { on, jobs } = readWorkflow(file);
const named = (name: string): Job => jobs[name] ?? {};

test('every job may do exactly what it needs', () => {
  const reading = { contents: 'read' };
  const assuming = { ...reading, 'id-token': 'write' };
  const deploying = { ...assuming, deployments: 'read' };
  expect(Object.fromEntries(jobsOf(file).map(([name, job]) => [name, job.permissions]))).toEqual({
    request: {},
    ci: reading,
    registry: assuming,
    build: assuming,
    infra: assuming,
    release: deploying,
    rollback: deploying,
  });
});

test('the example grants what the jobs together ask for: a call with less would not start, with more it is too much', () => {
  const asked = Object.assign({}, ...jobsOf(file).map(([, job]) => job.permissions)) as object;
  expect(readWorkflow(example).jobs['deploy']?.permissions).toEqual(asked);
});

test('a reviewer is asked for infrastructure, release and rollback only', () => {
  const guarded = jobsOf(file).filter(([, job]) => job.environment !== undefined);
  const chosen = 'inputs.github-environment || inputs.environment || vars.SLIPWAY_ENVIRONMENT';
  const asking = `\${{ ${chosen} }}`;
  expect(Object.fromEntries(guarded.map(([name, job]) => [name, job.environment]))).toEqual({
    // Of its own, in which nobody need be asked; the account trusts it as far as the branch is one that may be deployed.
    registry: `\${{ format('{0}-registry', ${chosen}) }}`,
    infra: asking,
    release: asking,
    rollback: asking,
  });
});

describe('who waits for whom', () => {
  test('is said by jobs, not by the workflow, and nobody loses the place in the queue', () => {
    expect(readWorkflow(file).concurrency).toBeUndefined();
    const queues = ['registry', 'build', 'infra', 'release', 'rollback'].map((name) => named(name).concurrency);
    expect(queues.filter((queue) => queue?.['cancel-in-progress'] !== false || queue['queue'] !== 'max')).toEqual([]);
  });

  test('each has a group of its own, so that a rollback never waits behind a push', () => {
    const groups = ['request', 'registry', 'build', 'infra', 'release', 'rollback'].map(groupOf);
    expect(new Set(groups.map((group) => group.split('-${{')[0])).size).toBe(6);
    expect(groupOf('rollback')).toMatch(/^slipway-\$\{\{ inputs\.operation \}\}-/);
  });

  test.each(['infra', 'release', 'rollback'])('%s waits for the same environment only', (name) => {
    expect(groupOf(name)).toContain('${{ inputs.environment || vars.SLIPWAY_ENVIRONMENT }}');
  });
});

test('between jobs go digests and names only: GitHub drops what holds a masked region or registry', () => {
  const handedOn = jobsOf(file).map(([name, job]) => [name, job.outputs ?? {}] as const);
  expect(Object.fromEntries(handedOn.filter(([, outputs]) => Object.keys(outputs).length > 0))).toEqual({
    build: { images: '${{ steps.build.outputs.images }}', release: '${{ steps.build.outputs.release }}' },
    release: { release: '${{ steps.deploy.outputs.release }}', verdict: '${{ steps.deploy.outputs.verdict }}' },
    rollback: { release: '${{ steps.deploy.outputs.release }}', verdict: '${{ steps.deploy.outputs.verdict }}' },
  });
});

test('a release is configured, migrated, rolled out, and then rid of what only earlier ones need', () => {
  const steps = (named('release').steps ?? []).map(({ uses = '', with: given }) => [
    uses.split('@')[0],
    given?.['phase'],
  ]);
  expect(steps).toEqual([
    ['actions/checkout', undefined],
    ['$/.github/actions/choose-role', undefined],
    ['$/actions/config-env', undefined],
    ['$/actions/run-migrations', undefined],
    ['$/actions/deploy-ecs', undefined],
    ['$/actions/run-migrations', 'contract'],
  ]);
});

test('only a deployment migrates', () => {
  const migrating = stepsOf(file).filter(({ uses }) => uses === '$/actions/run-migrations');
  expect(migrating.map((step) => step.if)).toEqual(Array(2).fill("${{ (inputs.operation || 'deploy') == 'deploy' }}"));
});

test('a rollback builds, configures and migrates nothing', () => {
  const used = (named('rollback').steps ?? []).map(({ uses = '' }) => uses.split('@')[0]);
  expect(used).toEqual(['actions/checkout', '$/.github/actions/choose-role', '$/actions/deploy-ecs']);
});

test('whatever a person may write reaches an action as one whole input, or a name and a queue', () => {
  const written = /\$\{\{[^}]*\binputs\.(?:release|services|reason|approve|allow-removal)\b[^}]*\}\}/;
  const parts = stepsOf(file).flatMap(({ with: given = {} }) => Object.values(given).map(String));
  const carrying = parts.filter((value) => written.test(value));
  expect(carrying.length).toBeGreaterThan(5);
  expect(carrying.filter((value) => !/^\$\{\{ [\w.-]+ \}\}$/.test(value))).toEqual([]);
  expect(stepsOf(file).filter(({ run, env }) => run !== undefined || env !== undefined)).toEqual([]);
});

describe('the three ways in', () => {
  const byHand = on['workflow_dispatch']?.['inputs'] as Record<string, { options?: string[] }>;
  const called = on['workflow_call'] as Record<'inputs' | 'secrets' | 'outputs', Record<string, { type?: string }>>;

  test('are a push to main, a start by hand and a call', () => {
    expect(Object.keys(on)).toEqual(['push', 'workflow_dispatch', 'workflow_call']);
    expect(on['push']).toEqual({ branches: ['main'] });
  });

  test('by hand there are the six operations, and nothing that a call has not', () => {
    expect(byHand['operation']?.options?.toSorted()).toEqual([
      'deploy',
      'plan',
      'resume',
      'rollback',
      'status',
      'verify',
    ]);
    expect(Object.keys(byHand).filter((name) => !(name in called.inputs))).toEqual([]);
  });

  test('a call has typed inputs, the three secrets, and says how it ended', () => {
    expect(Object.values(called.inputs).filter(({ type }) => type !== 'string' && type !== 'boolean')).toEqual([]);
    expect(Object.keys(called.secrets)).toEqual(['AWS_ROLE_TO_ASSUME', 'AWS_REGION', 'ECR_REGISTRY']);
    expect(Object.keys(called.outputs)).toEqual(['release', 'verdict']);
  });

  test('variables are preferred to secrets', () => {
    const given = stepsOf(file).flatMap(({ with: inputs = {} }) => Object.values(inputs).map(String));
    const secrets = given.filter((value) => value.includes('secrets.'));
    expect(secrets.length).toBeGreaterThan(8);
    expect(secrets.filter((value) => !/^\$\{\{ vars\.(\w+) \|\| secrets\.\1 \}\}$/.test(value))).toEqual([]);
  });
});

test('every step with an action of ours gives inputs that it has, and all that it requires', () => {
  const wrong = [...ownWorkflows, ...actionFiles].flatMap((source) =>
    stepsOf(source).flatMap(({ uses = '', with: given = {} }) => {
      if (!uses.startsWith('$/')) return [];
      const { inputs = {} } = readAction(`${uses.slice(2)}/action.yml`);
      const required = Object.keys(inputs).filter((name) => inputs[name]?.required === true);
      return [
        ...Object.keys(given)
          .filter((name) => !(name in inputs))
          .map((name) => `${uses}: there is no ${name}`),
        ...required.filter((name) => !(name in given)).map((name) => `${uses}: ${name} is missing`),
      ];
    }),
  );
  expect(wrong).toEqual([]);
});

test('the example calls deploy.yml with inputs and secrets that it has, in 25 lines at most', () => {
  const call = readWorkflow(example).jobs['deploy'] ?? {};
  const { inputs, secrets } = on['workflow_call'] as Record<'inputs' | 'secrets', object>;
  expect(Object.keys(call.with ?? {}).filter((name) => !(name in inputs))).toEqual([]);
  expect(Object.keys(call.secrets as object).filter((name) => !(name in secrets))).toEqual([]);
  expect(textOf(example).trimEnd().split('\n').length).toBeLessThanOrEqual(25);
});

function groupOf(name: string): string {
  return String(named(name).concurrency?.['group']);
}
