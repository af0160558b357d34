import { describe, expect, test } from '@jest/globals';
import { breakerThreshold, startBackOff } from '../services/ecs/breaker.ts';
import { capacityBounds, planCapacity } from '../services/ecs/scheduler.ts';
import type { Fleet } from '../services/ecs/scheduler.ts';

const fleet = (counts: Partial<Fleet> = {}): Fleet => ({
  desired: 0,
  healthy: 0,
  unproven: 0,
  condemned: 0,
  ending: 0,
  ...counts,
});
const rules = (desired: number, minimumHealthyPercent: number, maximumPercent: number, launching = true) => ({
  desired,
  minimumHealthyPercent,
  maximumPercent,
  launching,
});
const stops = ({ healthy, unproven, condemned }: { healthy: number; unproven: number; condemned: number }) =>
  healthy + unproven + condemned;

describe('bounds round the minimum up and the maximum down', () => {
  test.each([
    [1, 100, 200, 1, 2],
    [2, 50, 200, 1, 4],
    [2, 75, 125, 2, 2],
    [3, 75, 125, 3, 3],
    [4, 75, 125, 3, 5],
    [3, 50, 100, 2, 3],
    [1, 0, 100, 0, 1],
    [0, 100, 200, 0, 0],
  ])('%i tasks at %i to %i %%: %i to %i', (desired, minimumHealthyPercent, maximumPercent, lower, upper) => {
    expect(capacityBounds({ desired, minimumHealthyPercent, maximumPercent })).toEqual({ lower, upper });
  });
});

describe('one step of a rolling deployment', () => {
  const old = (healthy: number) => fleet({ desired: healthy, healthy });
  test.each([
    ['starts beside the old ones', rules(2, 100, 200), fleet(), old(2), 2, 0],
    ['waits for the new ones to prove themselves', rules(2, 100, 200), fleet({ unproven: 2 }), old(2), 0, 0],
    ['stops an old one for each healthy new one', rules(2, 100, 200), fleet({ healthy: 1, unproven: 1 }), old(2), 0, 1],
    ['stops the rest', rules(2, 100, 200), fleet({ healthy: 2 }), old(1), 0, 1],
    ['makes room first where the minimum allows', rules(2, 50, 100), fleet(), old(2), 0, 1],
    ['then starts in the room', rules(2, 50, 100), fleet(), old(1), 1, 0],
    ['stops all at once at 0 %', rules(2, 0, 100), fleet(), old(2), 0, 2],
    ['waits for a crashed one to be gone', rules(1, 100, 200), fleet({ ending: 1 }), old(1), 0, 0],
    ['stops nothing after a failure', rules(1, 50, 200, false), fleet({ unproven: 1 }), old(1), 0, 0],
    [
      'drops superseded tasks that wait',
      rules(2, 100, 200),
      fleet(),
      fleet({ desired: 2, healthy: 2, unproven: 2 }),
      0,
      2,
    ],
  ])('%s', (_what, capacity, primary, previous, starts, stopped) => {
    const plan = planCapacity(capacity, primary, previous);
    expect({ starts: plan.startPrimary, stopped: stops(plan.stopPrevious) }).toEqual({ starts, stopped });
  });

  test.each([
    [1, 100, 100],
    [2, 75, 125],
    [3, 75, 125],
  ])('%i tasks at %i to %i %% cannot move at all', (desired, minimum, maximum) => {
    expect(planCapacity(rules(desired, minimum, maximum), fleet(), old(desired))).toMatchObject({
      startPrimary: 0,
      stuck: true,
    });
  });

  test('an old task that dies during the rollout is replaced by an old one', () => {
    const plan = planCapacity(rules(2, 100, 200), fleet({ unproven: 2 }), fleet({ desired: 2, healthy: 1 }));
    expect(plan).toMatchObject({ startPrimary: 0, startPrevious: 1 });
  });

  test('an unhealthy task is replaced before it is stopped, if there is room', () => {
    const none = fleet();
    expect(planCapacity(rules(1, 100, 200), fleet({ condemned: 1 }), none)).toMatchObject({
      startPrimary: 1,
      stopPrimary: { condemned: 0 },
    });
    expect(planCapacity(rules(1, 100, 200), fleet({ condemned: 1, healthy: 1 }), none).stopPrimary.condemned).toBe(1);
    expect(planCapacity(rules(2, 100, 100), fleet({ condemned: 2 }), none).stopPrimary.condemned).toBe(1);
  });
});

/** Plays steps until nothing moves, with every started task healthy in the next step. */
function playRollout(desired: number, minimum: number, maximum: number) {
  let primary = fleet();
  let previous = fleet({ desired, healthy: desired });
  const { lower, upper } = capacityBounds({ desired, minimumHealthyPercent: minimum, maximumPercent: maximum });
  for (let step = 0; step < 100; step++) {
    const plan = planCapacity(rules(desired, minimum, maximum), { ...primary, desired }, previous);
    const started = plan.startPrimary;
    previous = fleet({ desired: plan.previousDesired, healthy: previous.healthy - plan.stopPrevious.healthy });
    primary = fleet({ healthy: primary.healthy + primary.unproven, unproven: started });
    const live = primary.healthy + primary.unproven + previous.healthy;
    expect(live).toBeLessThanOrEqual(Math.max(upper, desired));
    expect(primary.healthy + previous.healthy).toBeGreaterThanOrEqual(lower);
    if (plan.stuck) return 'stuck';
    if (primary.healthy === desired && previous.healthy === 0) return 'done';
  }
  return 'endless';
}

test('every rollout ends, within the bounds at every step, or says that it is stuck', () => {
  for (let desired = 1; desired <= 6; desired++)
    for (const minimum of [0, 25, 50, 75, 100])
      for (const maximum of [100, 125, 150, 200]) {
        const { lower, upper } = capacityBounds({ desired, minimumHealthyPercent: minimum, maximumPercent: maximum });
        const canMove = lower < desired || upper > desired;
        expect([desired, minimum, maximum, playRollout(desired, minimum, maximum)]).toEqual([
          desired,
          minimum,
          maximum,
          canMove ? 'done' : 'stuck',
        ]);
      }
});

test.each([
  ['BOUNDED_PERCENT', 50, 1, 3],
  ['BOUNDED_PERCENT', 50, 10, 5],
  ['BOUNDED_PERCENT', 50, 1000, 200],
  ['UNBOUNDED_PERCENT', 50, 1, 1],
  ['UNBOUNDED_PERCENT', 100, 1000, 1000],
  ['COUNT', 7, 1, 7],
] as const)('%s %i at %i tasks trips at %i failures', (type, value, desired, threshold) => {
  expect(breakerThreshold({ type, value }, desired)).toBe(threshold);
});

test('the delay of starts doubles up to its cap', () => {
  expect([0, 1, 2, 3, 20].map((failures) => startBackOff(failures, 10, 1620))).toEqual([0, 10, 20, 40, 1620]);
});
