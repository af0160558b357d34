import type { Lock, LockPurpose, RunName } from './ledger.ts';

/** Whose turn it is, decided from the lock as it was read and from its age. Pure: reading and writing are lib/aws/ledger's. */

/** An owner renews its lock so often. */
export const renewalMs = 30_000;
/** An owner that has not renewed for so long changes nothing any more, and is taken for dead. */
export const expiryMs = 90_000;
/** On top of the expiry: time for what a dying owner had sent to arrive before anybody else begins. */
export const graceMs = 60_000;

/** What a run that wants the lock finds. */
export type Turn =
  /** Nobody has it; or this very run, in an earlier step or attempt. */
  | { readonly kind: 'ours'; readonly from: RunName | undefined }
  /** Its owner is dead for long enough. */
  | { readonly kind: 'abandoned'; readonly by: RunName }
  /** Its owner is dead, and what it had sent may still arrive. */
  | { readonly kind: 'dying'; readonly by: RunName; readonly freeInMs: number }
  | { readonly kind: 'held'; readonly by: RunName; readonly purpose: LockPurpose }
  /** It was freed for a run that has pre-empted its owner and is about to take it. */
  | { readonly kind: 'reserved'; readonly by: RunName };

/** `ageMs` since the lock was last written. */
export function judgeTurn(lock: Lock | undefined, ageMs: number, run: RunName): Turn {
  if (lock === undefined) return { kind: 'ours', from: undefined };
  const { state, owner, purpose, preempt } = lock;
  if (state === 'free') {
    const isReserved = preempt !== undefined && ageMs < expiryMs && !isSameRun(preempt.by, run);
    return isReserved ? { kind: 'reserved', by: preempt.by } : { kind: 'ours', from: undefined };
  }
  if (isSameRun(owner, run) && owner.attempt <= run.attempt) return { kind: 'ours', from: owner };
  const expiry = lock.expiresAfterSeconds * 1000;
  if (ageMs < expiry) return { kind: 'held', by: owner, purpose };
  const freeInMs = expiry + graceMs - ageMs;
  return freeInMs > 0 ? { kind: 'dying', by: owner, freeInMs } : { kind: 'abandoned', by: owner };
}

/** What an owner finds when it looks at its lock. */
export type Tenure =
  | { readonly kind: 'ours' }
  | { readonly kind: 'pre-empted'; readonly by: RunName; readonly reason: string }
  | { readonly kind: 'taken-over'; readonly by: RunName }
  /** Nobody has taken it yet, but somebody may at any moment. */
  | { readonly kind: 'expired' };

/** `lease` is what the owner calls its own. */
export function judgeTenure(lock: Lock, ageMs: number, lease: string): Tenure {
  const { state, owner, preempt } = lock;
  if (lock.lease !== lease || state === 'free') return { kind: 'taken-over', by: preempt?.by ?? owner };
  if (preempt !== undefined) return { kind: 'pre-empted', ...preempt };
  return ageMs < expiryMs ? { kind: 'ours' } : { kind: 'expired' };
}

/** Whether both are the same run of a workflow, in whatever attempt. Runs outside of GitHub have no name of their own. */
export function isSameRun(one: RunName, other: RunName): boolean {
  return one.repository === other.repository && one.id === other.id && one.id !== localRun;
}

const localRun = 'local';

/** E.g. `run 1002, attempt 2, of example/smartboard by octocat (https://…)`. */
export function describeRun({ repository, id, attempt, actor, url }: RunName): string {
  if (id === localRun) return `a run outside of GitHub Actions${actor === '' ? '' : ` by ${actor}`}`;
  const again = attempt > 1 ? `, attempt ${attempt},` : '';
  const address = url === undefined ? '' : ` (${url})`;
  return `run ${id}${again} of ${repository}${actor === '' ? '' : ` by ${actor}`}${address}`;
}
