import type { TaskContainer } from './state.ts';

/** The task cannot start; the message is its stoppedReason, and its container's reason if one is guilty. */
export class StartFailure extends Error {
  readonly container: TaskContainer | undefined;
  constructor(message: string, container?: TaskContainer) {
    super(message);
    this.container = container;
  }
}

/** What failures to fetch credentials and secrets begin with. */
export const resourcesPrefix =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ';

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
