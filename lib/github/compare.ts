import type { CommitOrder } from '../core/gate.ts';
import { askGithub, type GithubAccess } from './api.ts';

/**
 * How `head` relates to `base` in the repository's history. Undefined when it cannot be known: no such commit, no right
 * to read, no answer. Never throws, and takes some seconds at most.
 */
export async function compareCommits(
  { base, head, ...access }: GithubAccess & { readonly base: string; readonly head: string },
  patience?: number,
): Promise<CommitOrder | undefined> {
  if (!isCommit(base) || !isCommit(head)) return undefined;
  if (base === head) return 'identical';
  try {
    return await askGithub(
      access,
      async (octokit, call) => {
        const question = { ...call, basehead: `${base}...${head}`, per_page: 1 };
        const { data } = await octokit.rest.repos.compareCommitsWithBasehead(question);
        return data.status;
      },
      patience,
    );
  } catch {
    return undefined;
  }
}

/** Branches and tags move: what is compared is commits only. */
function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}
