import { askGithub, type GithubAccess, whyNot } from './api.ts';

/** A deployment on GitHub's own pages: which commit, where to, and where its log is. */
export type DeploymentWish = GithubAccess & {
  /** 40 hex digits. */
  readonly commit: string;
  /** GitHub's name of the environment. */
  readonly environment: string;
  readonly runId: string;
  readonly description: string;
  /** Where the environment can be visited. */
  readonly environmentUrl?: string | undefined;
  readonly logUrl?: string | undefined;
  /** Kept with the deployment, for whoever reads it by the API, and by which ours are known. */
  readonly release: string;
};

export type DeploymentState = 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

export type GithubDeployment = {
  /** What became of it: noted at once, told in the order it was said. Nobody waits for it. */
  tell(state: DeploymentState, description: string): void;
  /** Resolves when all has been told or given up; never rejects. */
  told(): Promise<void>;
};

/**
 * Opens a deployment that is in progress, unless the job's `environment:` has made one already: GitHub follows that one
 * by itself, and a second would show the release twice. Whatever goes wrong is one warning and no more, since a release
 * does not depend on what is said about it.
 */
export function openDeployment(wish: DeploymentWish, warn: (line: string) => void): GithubDeployment {
  let queue: Promise<number | undefined> = openUnlessThere(wish).catch((error: unknown) => {
    warn(`GitHub was not told of the deployment: ${whyNot(error)}. The token needs \`deployments: write\`.`);
    return undefined;
  });
  const tell = (state: DeploymentState, description: string) => {
    queue = queue.then(async (id) => {
      if (id === undefined) return undefined;
      try {
        await addStatus(wish, id, { state, description });
        return id;
      } catch (error) {
        warn(`GitHub was not told that the deployment is ${state}: ${whyNot(error)}.`);
        return undefined;
      }
    });
  };
  tell('in_progress', wish.description);
  return {
    tell,
    async told() {
      await queue;
    },
  };
}

/** Its id; undefined when the job has one already. */
async function openUnlessThere(wish: DeploymentWish): Promise<number | undefined> {
  if (await isThere(wish)) return undefined;
  const { commit, environment, description, release } = wish;
  return askGithub(wish, async (octokit, call) => {
    const { data } = await octokit.rest.repos.createDeployment({
      ...call,
      ref: commit,
      environment,
      description: short(description),
      payload: { [mark]: release },
      // Neither merges the default branch into what was built, nor asks about checks that have let the job run.
      auto_merge: false,
      required_contexts: [],
    });
    return 'id' in data ? data.id : undefined;
  });
}

const mark = 'slipway-release';

/** A deployment of this commit and environment that we have not made, and whose log is this very run. */
async function isThere(wish: DeploymentWish): Promise<boolean> {
  const { commit, environment, runId } = wish;
  return askGithub(wish, async (octokit, call) => {
    const { repos } = octokit.rest;
    const { data: made } = await repos.listDeployments({ ...call, sha: commit, environment, per_page: 10 });
    const byOthers = made.filter(({ payload }) => !JSON.stringify(payload).includes(mark));
    const logs = await Promise.all(
      byOthers.map(async ({ id }) => {
        const { data } = await repos.listDeploymentStatuses({ ...call, deployment_id: id, per_page: 10 });
        return data.map((status) => status.log_url ?? status.target_url ?? '');
      }),
    );
    return logs.flat().some((url) => url.split('/').includes(runId));
  });
}

async function addStatus(
  wish: DeploymentWish,
  deployment_id: number,
  { state, description }: { state: DeploymentState; description: string },
): Promise<void> {
  const { environment, environmentUrl, logUrl } = wish;
  await askGithub(wish, (octokit, call) =>
    octokit.rest.repos.createDeploymentStatus({
      ...call,
      deployment_id,
      state,
      environment,
      description: short(description),
      ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
      ...(logUrl === undefined ? {} : { log_url: logUrl }),
    }),
  );
}

/** GitHub refuses descriptions of more than 140 characters. */
function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 140 ? line : `${line.slice(0, 139)}…`;
}
