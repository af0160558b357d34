import type { Chance, Clock, Log } from '../core/world.ts';
import { LostAnswer, gaveUp, refusal } from './errors.ts';
import { type Failure, classifyFailure } from './failure.ts';

export type RetryWorld = { readonly clock: Clock; readonly chance: Chance; readonly log: Log };

export type RetryRules = {
  /** `never` for writes that are not idempotent: a lost answer is the caller's to look into. */
  readonly repeat: 'always' | 'never';
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly beforeAttempt?: (() => Promise<void>) | undefined;
  /** Gets rid of credentials that AWS calls expired; absent when there are no others to be had. */
  readonly renewCredentials?: (() => void) | undefined;
};

export const defaultDeadlineMs = 120_000;

/**
 * Makes an attempt until one succeeds, is refused for good, or the deadline has passed, with full jitter between
 * attempts so that nine services that were throttled together do not come back together.
 */
export async function retrying<Output>(
  operation: string,
  attempt: () => Promise<Output>,
  rules: RetryRules,
  { clock, chance, log }: RetryWorld,
): Promise<Output> {
  const startedAt = clock.elapsed();
  for (let attempts = 1; ; attempts++) {
    rules.signal?.throwIfAborted();
    await rules.beforeAttempt?.();
    try {
      return await attempt();
    } catch (error) {
      const failure = judge(error, operation, rules, attempts);
      const waited = clock.elapsed() - startedAt;
      const pause = pauseMs(failure, attempts, chance, error);
      if (waited + pause > rules.deadlineMs) throw gaveUp(operation, error, attempts, Math.round(waited / 1000));
      if (attempts === firstToldAttempt)
        log.info(
          `${operation}: ${failure}, trying again for up to ${Math.round((rules.deadlineMs - waited) / 1000)} s`,
        );
      await clock.sleep(pause, rules.signal);
    }
  }
}

/** One lost packet is nobody's business; a wait that one can feel is. */
const firstToldAttempt = 4;

/** Returns what kind of failure can be waited out; throws for every other one. */
function judge(error: unknown, operation: string, rules: RetryRules, attempts: number): Exclude<Failure, 'final'> {
  if (rules.signal?.aborted === true)
    throw rules.repeat === 'never' ? new LostAnswer(operation, error) : rules.signal.reason;
  const failure = classifyFailure(error);
  if (failure === 'answer-lost' && rules.repeat === 'never') throw new LostAnswer(operation, error);
  // With the right time it would be refused for another reason.
  const isRefused = failure === 'clock-corrected' && attempts > firstCorrection;
  if (failure === 'final' || isRefused) throw refusal(operation, error);
  if (failure === 'credentials-expired') {
    if (rules.renewCredentials === undefined) throw refusal(operation, error);
    rules.renewCredentials();
  }
  return failure;
}

/** A few throttles may come before the first answer that tells the time. */
const firstCorrection = 3;

const longestPauseMs = 20_000;
const shortestPauseMs = 10;

function pauseMs(failure: Failure, attempts: number, chance: Chance, error: unknown): number {
  const base = failure === 'throttled' ? 1000 : 100;
  const jittered = chance() * Math.min(longestPauseMs, base * 2 ** (attempts - 1));
  return Math.min(longestPauseMs, Math.max(shortestPauseMs, jittered, askedForMs(error)));
}

/** `Retry-After` in seconds, as the SDK leaves it on the error's response. */
function askedForMs(error: unknown): number {
  const seconds = Number(responseHeaders(error)['retry-after'] ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

function responseHeaders(error: unknown): Readonly<Record<string, unknown>> {
  const { headers }: { headers?: Readonly<Record<string, unknown>> } =
    error instanceof Error && '$response' in error ? Object(error.$response) : {};
  return headers ?? {};
}
