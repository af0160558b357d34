/** A deployment that is followed until it has ended: of a release, of an undo, or of ECS's own going back. */
export type Target = {
  /** As the manifest calls the service. */
  readonly name: string;
  readonly ecsName: string;
  /** `ecs-svc/…`: success is said of this one only. */
  readonly deploymentId: string;
  readonly taskDefinition: string;
  /** Every task must run one of these; empty when only the revision can be checked. */
  readonly digests: readonly string[];
  /** The container whose digest that is, where it is not called like the service; others may run what they like. */
  readonly container?: string;
  /** A desired count of 0 is what somebody declared: then no task has to prove the image. */
  readonly mayBeEmpty?: boolean;
  /** ECS's own record of the rollout, when it told us. */
  readonly serviceDeployment: string | undefined;
  /** Tasks of it have been started anew since it was completed: they may have died, so it has to prove itself. */
  readonly hasRestarted?: boolean;
  /** Deployments that were there before ours: when one of them is PRIMARY again, ECS has gone back. */
  readonly earlier: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
};

/** How a deployment ended, as far as can be known. */
export type Ending =
  | { readonly kind: 'completed' }
  /** `goingBackTo` is the earlier deployment that ECS returns to by itself. */
  | { readonly kind: 'failed'; readonly reason: string; readonly goingBackTo: string | undefined }
  | { readonly kind: 'superseded'; readonly by: string }
  | { readonly kind: 'timed-out' };

/** `at` is when it was seen, in milliseconds since the epoch. */
export type Ended = { readonly target: Target; readonly ending: Ending; readonly at: number };
