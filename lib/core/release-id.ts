/** Where a release comes from: one attempt of one run, for one commit. */
export type ReleaseOrigin = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Empty: outside of a job. */
  readonly commit: string;
  readonly runId: string;
  readonly runAttempt: number;
};

/**
 * The name of a release, e.g. `20261123-4f2a9c1b7e3d-1001-1`: sorted by day, recognised by commit, unique by run and
 * attempt. It can stand in a parameter's name and, behind `released-`, in an image's tag.
 */
export function releaseId({ at, commit, runId, runAttempt }: ReleaseOrigin): string {
  const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '');
  return [day, commit === '' ? 'local' : commit.slice(0, 12), runId, runAttempt].join('-');
}
