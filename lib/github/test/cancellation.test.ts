import { EventEmitter } from 'node:events';
import { jest, expect, test } from '@jest/globals';
import { cancellation, patienceAfterCancelMs } from '../cancellation.ts';

test('a signal aborts the work with a reason, and gives up when it goes on', () => {
  jest.useFakeTimers();
  const signals = new EventEmitter();
  const gaveUp = jest.fn();
  const { signal, ...work } = cancellation(signals, gaveUp);
  signals.emit('SIGINT');
  expect(signal.reason).toMatchObject({ code: 'E_UNKNOWN' });
  jest.advanceTimersByTime(patienceAfterCancelMs - 1);
  expect(gaveUp).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(gaveUp).toHaveBeenCalledWith(signal.reason);
  work.end();
  jest.useRealTimers();
});

test('work that ended in time is left alone', () => {
  jest.useFakeTimers();
  const signals = new EventEmitter();
  const gaveUp = jest.fn();
  const work = cancellation(signals, gaveUp);
  signals.emit('SIGTERM');
  work.end();
  jest.runAllTimers();
  expect(gaveUp).not.toHaveBeenCalled();
  expect(signals.listenerCount('SIGINT')).toBe(0);
  jest.useRealTimers();
});
