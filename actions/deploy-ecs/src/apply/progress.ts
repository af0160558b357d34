import type { ServicePlan } from '../deploy/plan-service.ts';
import type { Ended, Target } from '../watch/target.ts';
import type { WatchWorld } from '../watch/watch.ts';
import type { StartWorld } from './start.ts';
import type { Undone } from './undone.ts';

/** What applying is given. */
export type ApplyWorld = Omit<StartWorld, 'revisions' | 'updates'> &
  WatchWorld & { readonly onFailure: 'undo' | 'keep'; readonly undoForMs: number };

/** What has happened to each service. Filled in as it happens, so that a cancelled run can tell how far it came. */
export type Progress = Map<string, ServiceProgress>;

export type ServiceProgress = {
  readonly plan: ServicePlan;
  readonly target?: Target;
  readonly ended?: Ended;
  /** Why it could not even be started. */
  readonly refusal?: string;
  readonly undone?: Undone;
  readonly explanation?: readonly string[];
};

/** With what applying itself keeps. */
export type Applying = StartWorld & ApplyWorld;

export function targetsOf(progress: Progress): readonly Target[] {
  return [...progress.values()].flatMap(({ target }) => target ?? []);
}
