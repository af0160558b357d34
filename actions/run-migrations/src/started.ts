import type { Aws } from '../../../lib/aws/session.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import type { MigrationAttempt, RunName } from '../../../lib/core/ledger.ts';
import type { Step } from '../../../lib/github/step.ts';
import type { OnLostTask } from './inputs.ts';

/** A task that is to be followed, or a migration that need not run. */
export type Started =
  | { readonly kind: 'running'; readonly attempt: MigrationAttempt; readonly taskArn: string }
  | { readonly kind: 'skipped'; readonly attempt: MigrationAttempt };

/** What starting a task needs. */
export type StartWorld = {
  readonly step: Pick<Step, 'log' | 'job' | 'signal'>;
  readonly aws: Aws;
  readonly contract: Contract;
  readonly environment: string;
  readonly run: RunName;
  readonly skipIfApplied: boolean;
  readonly onLostTask: OnLostTask;
};
