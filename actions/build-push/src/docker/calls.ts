import type { BuildWorld } from './building.ts';

/** One call of docker in the log, folded, with its last lines kept for whoever has to explain it. */
export async function callDocker(
  words: readonly string[],
  { title, onLine = () => {} }: { title: string; onLine?: (line: string) => void },
  { tool, log }: Pick<BuildWorld, 'tool' | 'log'>,
): Promise<{ readonly code: number; readonly tail: readonly string[] }> {
  const tail: string[] = [];
  const code = await log.group(title, () =>
    tool.run(words, (line) => {
      log.info(line);
      onLine(line);
      tail.push(line);
      if (tail.length > rememberedLines) tail.shift();
    }),
  );
  return { code, tail };
}

const rememberedLines = 200;

/**
 * Repeats a call whose push met trouble that passes: what is built is in the builder's cache, so only the push is made
 * again. Answers the last attempt.
 */
export async function outlivingPushes<Call extends { code: number; tail: readonly string[] }>(
  attempt: () => Promise<Call>,
  { clock, log, signal, logInAgain }: Pick<BuildWorld, 'clock' | 'log' | 'signal' | 'logInAgain'>,
): Promise<Call> {
  for (let attempts = 1; ; attempts++) {
    const call = await attempt();
    const trouble = call.code === 0 ? undefined : call.tail.findLast((line) => passing.test(line));
    if (trouble === undefined || attempts === mostAttempts) return call;
    log.info(`The push met trouble that passes; attempt ${attempts + 1} of ${mostAttempts} follows.`);
    await clock.sleep(firstPauseMs * 2 ** (attempts - 1), signal);
    if (expired.test(trouble)) await logInAgain();
  }
}

const mostAttempts = 4;
const firstPauseMs = 2_000;
const expired = /authorization token has expired|no basic auth credentials/i;
const passing =
  /authorization token has expired|toomanyrequests|too many requests|rate exceeded|unexpected status.*\b(?:429|5\d\d)\b|failed to push.*\b(?:429|5\d\d)\b|connection reset by peer|TLS handshake timeout|i\/o timeout/i;
