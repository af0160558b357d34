import type { Life } from './life.ts';

/** Keeps everything running until Ctrl-C, which rejects with the reason. */
export function serveUntilInterrupted(life: Life): Promise<never> {
  process.stdout.write('Press Ctrl-C to end it.\n');
  return new Promise((_, reject) => {
    const interrupt = () => reject(life.signal.reason as Error);
    if (life.signal.aborted) interrupt();
    else life.signal.addEventListener('abort', interrupt, { once: true });
  });
}
