import type { MigrationAttempt } from '../../../lib/core/ledger.ts';

/** What is to be done about a migration, from what the ledger knows of it. */
export type Next =
  | { readonly kind: 'start'; readonly number: number }
  /** It has been done, or a person said so. */
  | { readonly kind: 'skip'; readonly attempt: MigrationAttempt }
  /** Its task is known: it runs, or its end was not written down. */
  | { readonly kind: 'follow'; readonly attempt: MigrationAttempt; readonly taskArn: string }
  /** It was written down before RunTask and nothing came after: the same token finds the task, or starts it. */
  | { readonly kind: 'send-again'; readonly attempt: MigrationAttempt }
  /** The same, but so long ago that the token may mean nothing any more. */
  | { readonly kind: 'search'; readonly attempt: MigrationAttempt };

/** ECS keeps a client token for about a day; half of that is relied on. */
const tokenLifeMs = 12 * 3_600_000;

export function nextAttempt(
  attempts: readonly MigrationAttempt[],
  { skipIfApplied, now }: { skipIfApplied: boolean; now: number },
): Next {
  const last = attempts.at(-1);
  if (last === undefined) return { kind: 'start', number: 1 };
  switch (last.outcome) {
    case 'succeeded':
    case 'assumed':
      return skipIfApplied ? { kind: 'skip', attempt: last } : { kind: 'start', number: last.number + 1 };
    case 'failed':
    case 'not-started':
    case 'given-up':
      return { kind: 'start', number: last.number + 1 };
    default:
      if (last.taskArn !== undefined) return { kind: 'follow', attempt: last, taskArn: last.taskArn };
      return { kind: now - Date.parse(last.at) < tokenLifeMs ? 'send-again' : 'search', attempt: last };
  }
}
