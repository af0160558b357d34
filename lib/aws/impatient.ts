import { ActionError } from '../core/errors.ts';
import { describeAwsError } from './errors.ts';
import { classifyFailure } from './failure.ts';
import type { Aws } from './session.ts';

/** Something that is good to know and that nobody waits for: what AWS says, or why it cannot be read. */
export type Reading<T> =
  { readonly kind: 'read'; readonly value: T } | { readonly kind: 'unreadable'; readonly why: string };

const longestAnswerMs = 4_000;
const pauseMs = 500;

/**
 * The same session for reads that may fail: each is tried at most twice, and no answer is awaited for longer than four
 * seconds. What AWS refuses for good is not asked again.
 */
export function impatient(aws: Aws): Aws {
  return {
    ...aws,
    async send(client, command, options = {}) {
      const once = () =>
        inTime(aws, longestAnswerMs, (signal) => aws.send(client, command, { ...options, deadlineMs: 0, signal }));
      try {
        return await once();
      } catch (error) {
        if (isFinal(error)) throw error;
        await aws.clock.sleep(pauseMs, options.signal);
        return once();
      }
    },
  };
}

/** What the reads bring, or why they do not. A bug is still a bug. */
export async function tryToRead<T>(read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { kind: 'unreadable', why: error.cause === undefined ? error.message : describeAwsError(error) };
  }
}

/** Ends `work` with E_REMOTE when it takes longer than `ms`. */
export async function inTime<T>(
  { clock }: Pick<Aws, 'clock'>,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const done = new AbortController();
  const timer = clock.sleep(ms, done.signal).then(
    () => {
      const error = new ActionError('E_REMOTE', `There was no answer within ${ms / 1000} s.`, {
        remedy: 'Run the job again when AWS or the network is well.',
      });
      late.abort(error);
      throw error;
    },
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([work(late.signal), timer]);
  } finally {
    done.abort();
  }
}

/** Refused, as opposed to throttled, broken or late. */
function isFinal(error: unknown): boolean {
  return error instanceof ActionError && error.cause !== undefined && classifyFailure(error.cause) === 'final';
}
