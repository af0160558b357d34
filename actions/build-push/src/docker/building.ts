import type { Clock, Log } from '../../../../lib/core/world.ts';
import type { ObservedImage } from '../observe.ts';
import type { BuildPlan, ImagePlan } from '../plan.ts';
import type { FailedImage } from './build-failure.ts';
import type { Builder } from './builder.ts';
import type { Tool } from './tool.ts';

/** What was built and pushed, and what could not be: one bad Dockerfile does not cost the work on the others. */
export type BuildResult = {
  readonly built: readonly BuiltImage[];
  readonly failed: readonly FailedImage[];
};

export type BuiltImage = {
  readonly service: string;
  /** Undefined: it was only built. */
  readonly pushed: PushedAs | undefined;
  /** From the first to the last thing that docker said of it. */
  readonly seconds: number;
  /** Every step came out of a cache. */
  readonly fromCache: boolean;
};

export type PushedAs = {
  /** As docker reports it; the registry has not been asked yet. */
  readonly digest: string;
  /** Undefined: by digest alone. */
  readonly tag: string | undefined;
};

export type BuildWorld = {
  readonly tool: Tool;
  readonly builder: Builder;
  /** By name, when not the one that is in use. */
  readonly builderName: string | undefined;
  /** For what docker reads and writes; lives as long as the job. */
  readonly directory: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Gets a new password: ECR's is good for twelve hours, a session's for less. */
  readonly logInAgain: () => Promise<void>;
};

export type BuildTask = Pick<BuildPlan, 'options' | 'address' | 'pushTag'> & {
  readonly images: readonly BuildableImage[];
  /** False: built, and not kept anywhere but in the builder's cache. */
  readonly push: boolean;
};

export type BuildableImage = ImagePlan & Pick<ObservedImage, 'content' | 'found'>;

/**
 * The docker daemon takes a base image that it has already, however old; who has written down the one in the registry as
 * part of the content must get that one.
 */
export function mustPull({ content }: BuildableImage, { pull }: BuildPlan['options']): boolean {
  return pull || content.kind === 'known';
}
