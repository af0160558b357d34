import type { Verdict } from '../../../../lib/core/release.ts';
import { type DeploymentState, openDeployment } from '../../../../lib/github/deployments.ts';
import type { Step } from '../../../../lib/github/step.ts';

/** A release as GitHub's own pages show it: a deployment of the environment. */
export type Announcement = {
  /** Tells how it ended. Takes some seconds at most, and never throws. */
  conclude(verdict: Verdict): Promise<void>;
};

export type Announced = {
  /** Absent: GitHub is told nothing. */
  readonly token: string | undefined;
  /** As GitHub calls the environment. */
  readonly environment: string;
  /** Where it can be visited, e.g. `app.example.com`. */
  readonly domain: string | undefined;
  readonly operation: 'deploy' | 'rollback';
  readonly release: string;
  /** Of the release: for a rollback, the commit that one goes back to. */
  readonly commit: string;
};

/** Begins to tell GitHub, side by side with the release, which waits for nothing and fails for nothing that GitHub does. */
export function announceRelease(step: Pick<Step, 'job' | 'log'>, announced: Announced): Announcement {
  const { token, environment, domain, operation, release, commit } = announced;
  const { job, log } = step;
  if (token === undefined || !/^[0-9a-f]{40}$/.test(commit)) return { conclude: async () => {} };
  const deployment = openDeployment(
    {
      token,
      repository: job.repository,
      apiUrl: job.apiUrl,
      commit,
      environment,
      runId: job.runId,
      release,
      description: `${operation} ${release}`,
      environmentUrl: domain === undefined ? undefined : `https://${domain}`,
      logUrl: job.url,
    },
    (line) => log.warn(line),
  );
  return {
    async conclude(verdict) {
      deployment.tell(states[verdict], `${operation} ${release}: ${verdict}`);
      await deployment.told();
    },
  };
}

/** `inactive`: another release has taken its place. `error`: the end is not known. */
const states: Readonly<Record<Verdict, DeploymentState>> = {
  succeeded: 'success',
  unchanged: 'success',
  'rolled-back': 'success',
  undone: 'failure',
  mixed: 'failure',
  refused: 'failure',
  'timed-out': 'failure',
  superseded: 'inactive',
  unknown: 'error',
};
