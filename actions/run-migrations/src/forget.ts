import { pruneMigrations } from '../../../lib/aws/ledger/prune-migrations.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { Whereabouts } from '../../../lib/core/names.ts';
import type { Step } from '../../../lib/github/step.ts';

/** Old attempts go once the new ones are good. The ledger is only longer when that fails. */
export async function forgetOldMigrations(aws: Aws, where: Whereabouts, { log }: Pick<Step, 'log'>): Promise<void> {
  try {
    await pruneMigrations(aws, where);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    log.info(`Old migrations stay in the ledger: ${error.message}`);
  }
}
