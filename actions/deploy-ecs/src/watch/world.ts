import type { Aws } from '../../../../lib/aws/session.ts';
import type { Log } from '../../../../lib/core/world.ts';

/** What a watch works with. */
export type WatchWorld = {
  readonly aws: Aws;
  readonly cluster: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** On the clock's `elapsed`. */
  readonly deadline: number;
  /** Do not wait for the others once one has failed: they will be taken back anyway. */
  readonly stopAtFailure?: boolean;
  /** Called before each look, e.g. to keep a lock alive; what it throws ends the watch. */
  readonly heartbeat?: () => Promise<void>;
};
