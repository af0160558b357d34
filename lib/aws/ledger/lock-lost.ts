import { ActionError } from '../../core/errors.ts';
import type { RunName } from '../../core/ledger.ts';
import { describeRun, type Tenure } from '../../core/lock.ts';

/** The lock is not this run's any more: it stops before its next change, and undoes nothing. */
export class LockLost extends ActionError {
  readonly kind: 'pre-empted' | 'taken-over' | 'expired';
  /** Who wants it or has it now; undefined when it has only expired. */
  readonly by: RunName | undefined;

  constructor(tenure: Exclude<Tenure, { kind: 'ours' }>) {
    super('E_STATE', sentenceOf(tenure), { remedy: remedyOf(tenure) });
    this.name = 'LockLost';
    this.kind = tenure.kind;
    this.by = tenure.kind === 'expired' ? undefined : tenure.by;
  }
}

function sentenceOf(tenure: Exclude<Tenure, { kind: 'ours' }>): string {
  switch (tenure.kind) {
    case 'pre-empted':
      return `Stopped in favour of ${describeRun(tenure.by)}: ${tenure.reason}`;
    case 'taken-over':
      return `The lock of the environment belongs to ${describeRun(tenure.by)} by now.`;
    case 'expired':
      return 'This run has not renewed its lock in time, as if it had been frozen, and changes nothing any more.';
  }
}

function remedyOf({ kind }: Tenure): string {
  if (kind === 'expired') return 'Run the job again: it finds out what was done and goes on from there.';
  return 'Nothing was undone. Look at `operation: status`, and deploy again when the other run is done.';
}
