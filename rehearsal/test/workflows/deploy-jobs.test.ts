import { describe, expect, test } from '@jest/globals';
import type { Value } from './expression.ts';
import { openWorkflow, type Result, type Way } from './played-run.ts';

// deploy.yml's `needs` and `if`, for every way in and every way in which the jobs before may end.
const play = openWorkflow('.github/workflows/deploy.yml');
const ends: readonly Result[] = ['success', 'failure', 'cancelled', 'skipped'];
const before = ['request', 'ci', 'registry', 'build', 'infra'];

const set = { SLIPWAY_ENVIRONMENT: 'prod' };
const pushed = (vars: Way['vars'] = set): Way => ({ event: 'push', inputs: {}, vars });
const byHand = (operation: string, vars: Way['vars'] = set): Way => ({
  event: 'workflow_dispatch',
  inputs: { operation, environment: '', release: '', services: '', reason: '' },
  vars,
});
const called = (operation: string, given: Record<string, Value> = {}, event = 'push'): Way => ({
  event,
  inputs: { called: true, operation, environment: 'prod', infra: 'apply', ...given },
  vars: {},
});

const releasing: [string, Way][] = [
  ['push', pushed()],
  ['push, infrastructure by others', pushed({ ...set, SLIPWAY_INFRA: 'none' })],
  ...['deploy', 'plan', 'verify'].flatMap((operation): [string, Way][] => [
    [`by hand, ${operation}`, byHand(operation)],
    [`called on a push, ${operation}`, called(operation)],
    [`called by hand, ${operation}`, called(operation, {}, 'workflow_dispatch')],
    [`called by the clock, infrastructure by others, ${operation}`, called(operation, { infra: 'none' }, 'schedule')],
  ]),
];
const going = ['rollback', 'resume', 'status'].flatMap((operation): [string, Way][] => [
  [`by hand, ${operation}`, byHand(operation)],
  [`called on a push, ${operation}`, called(operation)],
  [`called by hand, ${operation}`, called(operation, {}, 'workflow_dispatch')],
]);

describe('when all goes well', () => {
  test.each<[string, Way, string[]]>([
    ['a push', pushed(), ['request', 'ci', 'registry', 'build', 'infra', 'release']],
    ['a push without an environment', pushed({}), ['request', 'ci']],
    [
      'a push where others make the infrastructure',
      pushed({ ...set, SLIPWAY_INFRA: 'none' }),
      ['request', 'ci', 'build', 'release'],
    ],
    ['deploy by hand', byHand('deploy'), ['request', 'registry', 'build', 'infra', 'release']],
    ['plan by hand', byHand('plan'), ['request', 'build', 'infra', 'release']],
    ['verify by hand', byHand('verify'), ['request', 'build', 'release']],
    ['rollback by hand', byHand('rollback'), ['request', 'rollback']],
    ['resume by hand', byHand('resume'), ['request', 'rollback']],
    ['status by hand', byHand('status'), ['request', 'rollback']],
    [
      'a call on a push: CI is the matter of the caller',
      called('deploy'),
      ['request', 'registry', 'build', 'infra', 'release'],
    ],
    ['a call without infrastructure', called('deploy', { infra: 'none' }), ['request', 'build', 'release']],
    ['a called rollback', called('rollback'), ['request', 'rollback']],
  ])('%s starts exactly its jobs', (_, way, jobs) => {
    expect([...play(way, {}).started].sort()).toEqual([...jobs].sort());
  });
});

describe.each(releasing)('%s', (_, way) => {
  test('the release runs when the build has succeeded and nothing before it has failed, and never else', () => {
    const wrong = everyEnd().filter((ending) => {
      const { results, started } = play(way, ending);
      const isGood = results['build'] === 'success' && !before.some((job) => isBad(results[job]));
      return started.includes('release') !== isGood;
    });
    expect(wrong).toEqual([]);
  });

  test('no job is started behind one that failed or was cancelled', () => {
    const behind: Record<string, string[]> = {
      ci: ['request'],
      registry: ['request', 'ci'],
      build: ['request', 'ci', 'registry'],
      infra: ['request', 'ci', 'registry'],
    };
    const wrong = everyEnd().flatMap((ending) => {
      const { results, started } = play(way, ending);
      return Object.entries(behind).filter(
        ([job, earlier]) => started.includes(job) && earlier.some((one) => isBad(results[one])),
      );
    });
    expect(wrong).toEqual([]);
  });

  test('a job that is not needed for the operation never skips the release', () => {
    const skipping = ['ci', 'registry', 'infra'].map((job): Record<string, Result> => ({ [job]: 'skipped' }));
    const started = skipping.map((ending) => play(way, ending).started.includes('release'));
    expect(started).toEqual([true, true, true]);
  });

  test('nothing is rolled back', () => {
    expect(everyEnd().filter((ending) => play(way, ending).started.includes('rollback'))).toEqual([]);
  });
});

describe.each(going)('%s', (_, way) => {
  test('starts the one job when the request is good, and nothing else', () => {
    for (const ending of everyEnd()) {
      const expected = ending['request'] === 'success' ? ['request', 'rollback'] : ['request'];
      expect(play(way, ending).started).toEqual(expected);
    }
  });
});

test('a request that is refused starts nothing, whatever was asked', () => {
  const ways = [...releasing, ...going].map(([, way]) => way);
  expect(ways.map((way) => play(way, { request: 'failure' }).started)).toEqual(ways.map(() => ['request']));
});

function isBad(result: Result | undefined): boolean {
  return result === 'failure' || result === 'cancelled';
}

/** 1,024 of them: each job before the release ends in each of the four ways. */
function everyEnd(): Record<string, Result>[] {
  return before.reduce<Record<string, Result>[]>(
    (all, job) => all.flatMap((one) => ends.map((end) => ({ ...one, [job]: end }))),
    [{}],
  );
}
