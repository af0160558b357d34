import type { Step } from '../../../../lib/github/step.ts';
import type { StandingEnvironment } from '../../../../lib/world/open-environment.ts';
import type { RollbackInputs } from '../inputs.ts';
import type { Choice, Ledger } from './choose.ts';
import type { ObservedServices } from './plan.ts';
import type { Restorable } from './restorable.ts';

/** A rollback that nothing stands in the way of. */
export type Retreat = {
  readonly inputs: RollbackInputs;
  readonly step: Step;
  readonly environment: StandingEnvironment;
  readonly ledger: Ledger;
  readonly choice: Choice;
  readonly services: readonly Restorable[];
  /** Definitions that were read on the way, by ARN. */
  readonly definitions: ObservedServices['definitions'];
  /** Services that came after the release: they are left running. */
  readonly later: readonly string[];
  /** What `force` has overridden. */
  readonly forced: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
};
