import type { LogStream } from '../../../lib/aws/logs.ts';
import { withoutSecrets } from '../../../lib/core/redact.ts';
import type { Log } from '../../../lib/core/world.ts';

/** The log of one task on its way into the job's: each line told as it comes, the last ones kept. */
export type TaskLog = {
  /** The last lines, oldest first, cut to what one can read. */
  readonly lines: readonly string[];
  take(lines: readonly string[]): void;
};

const longestKeptLine = 1_000;

/**
 * `logTail`: how many lines are kept. An event of CloudWatch may hold several: each is told as the service's. What looks
 * like a secret is left out of all of them.
 */
export function tellLog(service: string, { log, logTail }: { log: Log; logTail: number }): TaskLog {
  const kept: string[] = [];
  return {
    lines: kept,
    take(events) {
      const lines = events.flatMap((event) => event.replace(/[\r\n]+$/, '').split(/\r\n|\r|\n/));
      for (const line of lines) log.info(`${service} | ${shown(line)}`);
      kept.push(...lines.slice(-logTail).map(readable));
      kept.splice(0, Math.max(0, kept.length - logTail));
    },
  };
}

/** With its colours, unless there is something in it that nobody shall see. */
function shown(line: string): string {
  const plain = withoutControls(line);
  const safe = withoutSecrets(plain);
  return safe === plain ? line : safe;
}

/** As an annotation and a summary can show it. A secret that the cut goes through is recognised by what comes after. */
function readable(line: string): string {
  const text = withoutSecrets(withoutControls(line.slice(0, 2 * longestKeptLine)));
  return text.length <= longestKeptLine ? text : `${text.slice(0, longestKeptLine)}…`;
}

/** Without colours and control characters. */
function withoutControls(line: string): string {
  return line.replaceAll(colourOrControl, '');
}

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const colourOrControl = /\u001b\[[\d;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A log that cannot be read does not make a migration fail that has succeeded; it is said once. */
export function forgiving(stream: LogStream, log: Log): LogStream {
  let isReadable = true;
  return {
    async readMore() {
      if (!isReadable) return [];
      try {
        return await stream.readMore();
      } catch (error) {
        isReadable = false;
        log.warn(`The log of the migration cannot be read: ${error instanceof Error ? error.message : 'unknown'}`);
        return [];
      }
    },
  };
}
