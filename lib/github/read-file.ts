import { askGithub, type GithubAccess } from './api.ts';

/**
 * A text file of the repository as it is at a commit, up to a megabyte; undefined when that commit does not have it.
 * Rejects with whatever else GitHub said. https://docs.github.com/en/rest/repos/contents#get-repository-content
 */
export async function readFileAt({
  path,
  commit,
  ...access
}: GithubAccess & { readonly path: string; readonly commit: string }): Promise<string | undefined> {
  return askGithub(access, async (octokit, call) => {
    try {
      const question = { ...call, path, ref: commit, mediaType: { format: 'raw' } };
      const { data } = await octokit.rest.repos.getContent(question);
      // The client's types know the default format only.
      return typeof data === 'string' ? data : undefined;
    } catch (error) {
      if (error instanceof Error && 'status' in error && error.status === 404) return undefined;
      throw error;
    }
  });
}
