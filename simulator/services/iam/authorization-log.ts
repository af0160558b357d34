import type { Authorization } from '../../authorization.ts';

/** What IAM was asked so far; equal questions are counted, so that a long rehearsal's log stays short. */
export class AuthorizationLog {
  private readonly entries = new Map<string, Authorization>();

  note(asked: Omit<Authorization, 'times'>): void {
    const { principal, cause, action, resource, conditions, verdict } = asked;
    const key = JSON.stringify([principal, cause, action, resource, conditions, verdict]);
    this.entries.set(key, { ...asked, times: (this.entries.get(key)?.times ?? 0) + 1 });
  }

  /** In the order in which each was asked first. */
  all(): readonly Authorization[] {
    return [...this.entries.values()];
  }
}
