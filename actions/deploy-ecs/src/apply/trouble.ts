import { LockLost } from '../../../../lib/aws/ledger/lock-lost.ts';
import { ActionError } from '../../../../lib/core/errors.ts';

/**
 * Whether an error is of one service, so that the others go on and it is told. A cancelled job, a lock that is lost and
 * a bug concern all: they end the work.
 */
export function isTrouble(error: unknown, signal: AbortSignal): error is ActionError {
  return error instanceof ActionError && !(error instanceof LockLost) && !signal.aborted;
}
