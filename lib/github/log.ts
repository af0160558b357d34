import type { Log } from '../core/world.ts';
import { harmlessLines } from './log-lines.ts';

/** More of them on a run's page, and nobody reads any: those after the third are lines of the log only. */
export const mostWarnings = 3;

/** The job's log. Whatever is written, a line of it never works as a command. A warning becomes an annotation. */
export function jobLog(write: (text: string) => void): Log {
  const lines = (text: string) => harmlessLines(text).forEach((line) => write(`${line}\n`));
  let warnings = 0;
  return {
    info: lines,
    warn(text) {
      warnings++;
      if (warnings <= mostWarnings) write(`::warning::${escapeData(text)}\n`);
      else lines(`Warning: ${text}`);
    },
    async group(title, work) {
      write(`::group::${escapeData(title)}\n`);
      try {
        return await work();
      } finally {
        write('::endgroup::\n');
      }
    },
  };
}

/** As the runner reads a command's message. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
