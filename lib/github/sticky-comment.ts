import { askGithub, type Call, type GithubAccess, type Octokit } from './api.ts';

/** One comment on a pull request that is kept up to date, instead of a new one for each commit. */
export type StickyComment = GithubAccess & {
  readonly pullRequest: number;
  /** Stands first in the comment, and is not shown: an HTML comment on a line of its own, by which it is found again. */
  readonly marker: string;
  /** Markdown; marker and text together no longer than `commentLimit`. */
  readonly text: string;
};

/** GitHub refuses a comment of more characters. */
export const commentLimit = 65_536;

/** Whom the job's own token writes as. Nobody else can: GitHub gives out no account with brackets in its name. */
const author = 'github-actions[bot]';

/**
 * Edits the comment that an earlier run has left, or writes the first one. Only one that the job's own bot wrote is
 * edited: anybody may put the marker into a comment. Rejects with whatever GitHub said.
 */
export async function keepComment(wish: StickyComment): Promise<'written' | 'edited' | 'unchanged'> {
  const body = `${wish.marker}\n${wish.text}`;
  return askGithub(
    wish,
    async (octokit, call) => {
      const found = await findComment(octokit, call, wish);
      if (found?.body === body) return 'unchanged';
      if (found === undefined) {
        await octokit.rest.issues.createComment({ ...call, issue_number: wish.pullRequest, body });
        return 'written';
      }
      await octokit.rest.issues.updateComment({ ...call, comment_id: found.id, body });
      return 'edited';
    },
    patienceMs,
  );
}

/** For several pages and a change; nobody's release waits for it. */
const patienceMs = 30_000;
const pageSize = 100;

/** The oldest one, should there be two. */
async function findComment(octokit: Octokit, call: Call, { pullRequest, marker }: StickyComment) {
  for (let page = 1; ; page++) {
    const question = { ...call, issue_number: pullRequest, per_page: pageSize, page };
    const { data } = await octokit.rest.issues.listComments(question);
    const own = data.find(({ user, body = '' }) => user?.login === author && body.startsWith(`${marker}\n`));
    if (own !== undefined || data.length < pageSize) return own;
  }
}
