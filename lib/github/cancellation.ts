import { ActionError } from '../core/errors.ts';

/** After SIGINT the runner waits 7.5 s; what has not ended by itself by then is ended here, with its summary written. */
export const patienceAfterCancelMs = 6_000;

type Signals = {
  on(name: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(name: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
};

/** A signal that aborts when the job is cancelled. `giveUp` is called when the work goes on regardless. */
export function cancellation(
  signals: Signals,
  giveUp: (reason: ActionError) => void,
): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => {
    if (controller.signal.aborted) return;
    const reason = cancelled();
    controller.abort(reason);
    timer = setTimeout(giveUp, patienceAfterCancelMs, reason);
  };
  signals.on('SIGINT', cancel);
  signals.on('SIGTERM', cancel);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      signals.off('SIGINT', cancel);
      signals.off('SIGTERM', cancel);
    },
  };
}

function cancelled(): ActionError {
  return new ActionError('E_UNKNOWN', 'The job was cancelled before this step was done.', {
    remedy: 'Run it again: it finds out what was done and goes on from there.',
  });
}
