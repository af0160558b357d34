import { expect, test } from '@jest/globals';
import { measureDetection } from '../../../bench/detection.ts';
import { measureRelease } from '../../../bench/release.ts';
import { median } from '../../../bench/statistics.ts';

test('the end of a rollout of 20 to 300 seconds is seen soon, whatever its length', async () => {
  const late = (await measureDetection(8)).map(({ lateSeconds }) => lateSeconds);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  expect(median(late)).toBeLessThanOrEqual(2.5);
  expect(Math.max(...late)).toBeLessThanOrEqual(6);
});

test('nine services that roll out for half a minute are done soon after, with few calls', async () => {
  const { seconds, ecsCalls, ssmCalls, throttles } = await measureRelease(9);
  expect(seconds).toBeLessThanOrEqual(34);
  expect(ecsCalls).toBeLessThanOrEqual(40);
  expect(ssmCalls).toBeLessThanOrEqual(12);
  expect(throttles).toBe(0);
});

test('forty services are read ten to a call, and nothing is throttled', async () => {
  const { services, describes, looks, throttles } = await measureRelease(40);
  expect(describes).toBeLessThanOrEqual((looks * services) / 10);
  expect(throttles).toBe(0);
});
