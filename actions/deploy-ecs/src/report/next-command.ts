import type { Verdict } from '../../../../lib/core/release.ts';
import { commandFor, type NamedJob } from '../../../../lib/github/command.ts';

/**
 * The command that goes on after a release that did not end well, to be copied: back to what was good where services
 * are mixed, a look where the end is not known. Undefined where nothing is left to do but to mend the cause.
 */
export function nextCommand(
  verdict: Verdict,
  { job, environment, back }: { job: NamedJob; environment: string; back: string | undefined },
): string | undefined {
  switch (verdict) {
    case 'mixed':
      return commandFor(job, {
        operation: 'rollback',
        environment,
        ...(back === undefined ? {} : { release: back }),
        reason: 'a release that could not be taken back',
      });
    case 'timed-out':
    case 'superseded':
    case 'unknown':
      return commandFor(job, { operation: 'status', environment });
    default:
      return undefined;
  }
}
