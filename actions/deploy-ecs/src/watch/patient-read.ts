import { classifyFailure } from '../../../../lib/aws/failure.ts';
import type { SendOptions } from '../../../../lib/aws/session.ts';
import { ActionError } from '../../../../lib/core/errors.ts';
import type { WatchWorld } from './world.ts';

/** An answer takes milliseconds; one that takes longer than this is asked for again. */
const longestReadMs = 10_000;

/**
 * One read of a wait. When AWS does not answer, or only with throttles and outages, it is `undefined`: a look less,
 * not the end of the wait. What AWS refuses for good, such as AccessDenied, is thrown at once. A read that hangs ends
 * with the wait at the latest.
 */
export async function patientRead<Answer>(
  read: (options: SendOptions) => Promise<Answer>,
  { aws: { clock }, signal, deadline }: Pick<WatchWorld, 'aws' | 'signal' | 'deadline'>,
): Promise<Answer | undefined> {
  signal.throwIfAborted();
  const deadlineMs = Math.max(1, Math.min(longestReadMs, deadline - clock.elapsed()));
  const patience = new AbortController();
  const timeUp = new Promise<undefined>((resolve) =>
    patience.signal.addEventListener('abort', () => resolve(undefined)),
  );
  const cancel = clock.after(deadlineMs, () => patience.abort(new Error('no answer in time')));
  const reading = read({ deadlineMs, signal: AbortSignal.any([signal, patience.signal]) });
  try {
    return await Promise.race([reading, timeUp]);
  } catch (error) {
    signal.throwIfAborted();
    if (patience.signal.aborted || isPassing(error)) return undefined;
    throw error;
  } finally {
    cancel();
    reading.catch(() => undefined);
  }
}

/** `send` gave up on something that may well go by. */
function isPassing(error: unknown): boolean {
  return error instanceof ActionError && error.cause !== undefined && classifyFailure(error.cause) !== 'final';
}
