import { setMaxListeners } from 'node:events';
import { ActionError } from '../core/errors.ts';

/**
 * After SIGINT the runner waits 7.5 s, after SIGTERM 2.5 s, and then it kills. What has not ended by itself by then is
 * ended here, while there is still time to write the summary.
 */
export const patienceMs = { SIGINT: 4_500, SIGTERM: 1_500 } as const;

type SignalName = keyof typeof patienceMs;

type Signals = {
  on(name: SignalName, listener: () => void): unknown;
  off(name: SignalName, listener: () => void): unknown;
};

/** A signal that aborts when the job is cancelled. `giveUp` is called when the work goes on regardless. */
export function cancellation(
  signals: Signals,
  giveUp: (reason: ActionError) => void,
): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  // Hundreds of waits may hang on it at once, and each leaves when it is over.
  setMaxListeners(0, controller.signal);
  const timers: NodeJS.Timeout[] = [];
  const reason = cancelled();
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((name) => {
    const cancel = () => {
      // The second word comes while the first one's patience lasts; whichever is over first counts.
      timers.push(setTimeout(giveUp, patienceMs[name], reason));
      controller.abort(reason);
    };
    signals.on(name, cancel);
    return { name, cancel };
  });
  return {
    signal: controller.signal,
    end() {
      for (const timer of timers) clearTimeout(timer);
      for (const { name, cancel } of listeners) signals.off(name, cancel);
    },
  };
}

/**
 * The work's result, unless the signal aborts first: then its reason is thrown at once, whatever the work is waiting
 * for. The work itself must look at the signal before it changes anything.
 */
export async function untilCancelled<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const over = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    over.abort();
  }
}

function cancelled(): ActionError {
  return new ActionError('E_UNKNOWN', 'The job was cancelled before this step was done.', {
    remedy: 'Run it again: it finds out what was done and goes on from there.',
  });
}
