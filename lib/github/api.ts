import type { getOctokit } from '@actions/github';

/** Who asks GitHub's REST API, about which repository. */
export type GithubAccess = {
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  /** As the job says; absent: the one of github.com. */
  readonly apiUrl: string | undefined;
};

export type Octokit = ReturnType<typeof getOctokit>;

/** What every call says of the repository, and until when it may take. */
export type Call = {
  readonly owner: string;
  readonly repo: string;
  readonly request: { readonly signal: AbortSignal };
};

/** Nothing of a release waits longer for GitHub than this. */
export const patienceMs = 5_000;

/**
 * One question or one change, by the toolkit's own client, which is loaded only now: most steps have no token. Rejects
 * with whatever GitHub said, and with a TimeoutError when it said nothing.
 */
export async function askGithub<T>(
  { token, repository, apiUrl }: GithubAccess,
  ask: (octokit: Octokit, call: Call) => Promise<T>,
  patience = patienceMs,
): Promise<T> {
  const { getOctokit: open } = await import('@actions/github');
  const octokit = open(token, { log: silent, ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }) });
  const [owner = '', repo = ''] = repository.split('/');
  return ask(octokit, { owner, repo, request: { signal: AbortSignal.timeout(patience) } });
}

/** The client writes deprecations and rate limits to the console, where they would be nobody's. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Why GitHub did not do it, in words without the request: its status and sentence, or that it was silent. */
export function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'it did not answer in time';
  const status = 'status' in error && typeof error.status === 'number' ? error.status : undefined;
  if (status === 401) return 'it does not know the token';
  if (status === 403 || status === 404) return 'the token may not do this, or there is no such thing';
  return status === undefined ? 'it could not be reached' : `it answered with ${status}`;
}
