import type { TaskVerdict } from './judge.ts';
import type { MigrationPlan } from './plan.ts';

/** What became of one migration, as far as it is known. */
export type MigrationOutcome = {
  readonly plan: MigrationPlan;
  readonly taskArn: string;
  readonly taskId: string;
  readonly verdict:
    | TaskVerdict
    /** It has run before. */
    | { readonly kind: 'skipped' }
    /** Its time is up, and it goes on. */
    | { readonly kind: 'unfinished'; readonly lastStatus: string }
    /** It goes on, and this step cannot follow it any more: `why` is what was thrown. */
    | { readonly kind: 'left'; readonly why: unknown };
  readonly seconds: number;
  /** The last lines of its log; complete once `tail` has resolved. */
  readonly lines: readonly string[];
  readonly tail: Promise<void>;
};
