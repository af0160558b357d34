import type { Verdict } from '../../../../lib/core/release.ts';
import { type DeploymentState, type GithubDeployment, openDeployment } from '../../../../lib/github/deployments.ts';
import type { Step } from '../../../../lib/github/step.ts';

/** A release as GitHub's own pages show it: a deployment of the environment. */
export type Announcement = {
  /** Says that it is in progress. Without this, nothing is told at the end either. */
  begin(): void;
  /** Tells how it ended. Takes some seconds at most, none of a job that is cancelled, and never throws. */
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

/** GitHub is told side by side with the release, which waits for nothing and fails for nothing that GitHub does. */
export function announceRelease(step: Pick<Step, 'job' | 'log' | 'signal'>, announced: Announced): Announcement {
  const { token, environment, domain, operation, release, commit } = announced;
  const { job, log, signal } = step;
  if (token === undefined || !/^[0-9a-f]{40}$/.test(commit)) return { begin: () => {}, conclude: async () => {} };
  let deployment: GithubDeployment | undefined;
  return {
    begin() {
      const wish = {
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
      };
      deployment = openDeployment(wish, (line) => log.warn(line));
    },
    async conclude(verdict) {
      deployment?.tell(states[verdict], `${operation} ${release}: ${verdict}`);
      if (!signal.aborted) await deployment?.told();
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
