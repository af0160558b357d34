import { expect, test } from '@jest/globals';
import { clockOf } from '../../../rehearsal/in-process.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { paceOf } from '../pace.ts';

const never = new AbortController().signal;

async function startsOf(clock: ReturnType<typeof clockOf>, calls: number, pace = paceOf(clock, bucket)) {
  const startedAt = clock.elapsed();
  return Promise.all(
    Array.from({ length: calls }, async () => {
      await pace(never);
      return clock.elapsed() - startedAt;
    }),
  );
}

const bucket = { burst: 3, everyMs: 1_000 };

test('lets a burst through at once, and then one call for each pause', async () => {
  const clock = clockOf(virtualClock());
  expect(await startsOf(clock, 5)).toEqual([0, 0, 0, 1_000, 2_000]);
});

test('an idle time fills the bucket, not more than that', async () => {
  const clock = clockOf(virtualClock());
  const pace = paceOf(clock, bucket);
  await startsOf(clock, 3, pace);
  await clock.sleep(60_000);
  expect(await startsOf(clock, 5, pace)).toEqual([0, 0, 0, 1_000, 2_000]);
});
