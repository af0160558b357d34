import { ActionError } from '../../lib/core/errors.ts';
import type { InfraOutcome, InfraReport } from '../../lib/core/infra-report.ts';
import type { Difference } from './difference.ts';
import { approvalOf } from './losses.ts';

/** How a verb ended. */
export type Outcome = {
  readonly outcome: InfraOutcome;
  readonly differences: readonly Difference[];
  /** For people; the command prints them at the end. */
  readonly notes: readonly string[];
};

/** The differences as a job's log shows them. */
export function describeDifferences(differences: readonly Difference[]): string {
  return differences.map(({ report }) => [headline(report), report.difference].filter(Boolean).join('\n')).join('\n\n');
}

function headline({ name, added, changed, removed, difference }: Difference['report']): string {
  if (difference === '') return `${name}: no difference`;
  return `${name}: ${added} to add, ${changed} to change, ${removed} to remove`;
}

/** What who started the command gets to read. `differences` are those that were shown before `error`. */
export function reportOf({ outcome, differences, notes }: Outcome, error: ActionError | undefined): InfraReport {
  const losses = differences.flatMap((difference) => difference.losses);
  return {
    outcome,
    stacks: differences.map(({ report }) => report),
    losses: losses.map(({ sentence }) => sentence),
    approval: approvalOf(losses),
    notes,
    error: error && { code: error.code, message: error.message, remedy: error.remedy },
  };
}

/** Refused: nothing was begun. Failed: something was. */
export function endedBy(error: ActionError, differences: readonly Difference[]): Outcome {
  const isRefusal = error.code !== 'E_REMOTE' && error.code !== 'E_UNKNOWN';
  return { outcome: isRefusal ? 'refused' : 'failed', differences, notes: [] };
}

/** One line of code and sentence, and the remedy; a bug with its stack. */
export function describeError(error: unknown): string {
  if (!(error instanceof ActionError)) {
    return `A bug in infra, please report it with this text: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const place = error.place === undefined || error.message.includes(error.place) ? '' : `${error.place}: `;
  return `${error.code}: ${place}${error.message}\n${error.remedy}`;
}
