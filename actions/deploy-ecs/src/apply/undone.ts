import type { ServicePlan } from '../deploy/plan-service.ts';
import type { Ended, Target } from '../watch/target.ts';
import type { WatchWorld } from '../watch/watch.ts';
import type { StartWorld } from './start.ts';

/** A service that the release has touched, and how far it came; `ended` is undefined when it was still under way. */
export type Touched = { readonly plan: ServicePlan; readonly target: Target; readonly ended: Ended | undefined };

export type Undone = {
  readonly plan: ServicePlan;
  /** The deployment by which it went back; undefined for a service that was created and is now without tasks. */
  readonly target: Target | undefined;
  readonly isBack: boolean;
  readonly why: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at?: number;
};

export type UndoWorld = StartWorld & WatchWorld;
