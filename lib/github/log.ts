import type { Log } from '../core/world.ts';
import { harmlessLines } from './log-lines.ts';

/** The job's log. Whatever is written, a line of it never works as a command. */
export function jobLog(write: (text: string) => void): Log {
  const lines = (text: string) => harmlessLines(text).forEach((line) => write(`${line}\n`));
  return {
    info: lines,
    warn: (text) => write(`::warning::${escapeData(text)}\n`),
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
