import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { cancellation, untilCancelled } from '../cancellation.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test.each([
  ['SIGINT', 5_000],
  ['SIGTERM', 2_000],
] as const)('%s aborts the work with a reason at once, and gives up before %d ms are over', (name, limitMs) => {
  const signals = new EventEmitter();
  const gaveUp = jest.fn();
  const work = cancellation(signals, gaveUp);
  signals.emit(name);
  expect(work.signal.reason).toMatchObject({ code: 'E_UNKNOWN' });
  jest.advanceTimersByTime(1_000);
  expect(gaveUp).not.toHaveBeenCalled();
  jest.advanceTimersByTime(limitMs - 1_000 - 1);
  expect(gaveUp).toHaveBeenCalledWith(work.signal.reason);
  work.end();
});

test('a firmer word shortens the patience of the first one', () => {
  const signals = new EventEmitter();
  const gaveUp = jest.fn();
  const work = cancellation(signals, gaveUp);
  signals.emit('SIGINT');
  jest.advanceTimersByTime(1_000);
  signals.emit('SIGTERM');
  jest.advanceTimersByTime(1_900);
  expect(gaveUp).toHaveBeenCalledTimes(1);
  work.end();
});

test('work that ended in time is left alone', () => {
  const signals = new EventEmitter();
  const gaveUp = jest.fn();
  const work = cancellation(signals, gaveUp);
  signals.emit('SIGINT');
  signals.emit('SIGTERM');
  work.end();
  jest.runAllTimers();
  expect(gaveUp).not.toHaveBeenCalled();
  expect(signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM')).toBe(0);
});

test('whoever waits for work that hangs is told of the cancellation at once', async () => {
  const controller = new AbortController();
  const hanging = untilCancelled(controller.signal, new Promise(() => {}));
  controller.abort(new Error('cancelled'));
  await expect(hanging).rejects.toThrow('cancelled');
  await expect(untilCancelled(controller.signal, Promise.resolve(1))).resolves.toBe(1);
  await expect(untilCancelled(new AbortController().signal, Promise.resolve(2))).resolves.toBe(2);
});
