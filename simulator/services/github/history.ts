import { z } from 'zod';

const sha = z.string().regex(/^[0-9a-f]{40}$/);

/** A repository's commits, set by `POST /_simulator/commits`: each with its parents, in any order. */
export const historyShape = z.array(z.strictObject({ sha, parents: z.array(sha).default([]) }));

export type Comparison = {
  readonly status: 'identical' | 'ahead' | 'behind' | 'diverged';
  readonly ahead: readonly string[];
  readonly behind: readonly string[];
  readonly mergeBase: string;
};

export type History = {
  /** A repository that was told no commits has every one that is asked for. */
  has(commit: string): boolean;
  /** Undefined when one of them is not there, or they have no common ancestor. */
  compare(base: string, head: string): Comparison | undefined;
};

export function history(commits: z.output<typeof historyShape>): History {
  const parents = new Map(commits.map((commit) => [commit.sha, commit.parents]));

  /** The commit and all that it comes from, itself first. */
  const lineage = (of: string): ReadonlySet<string> => {
    const found = new Set([of]);
    for (const one of found) for (const parent of parents.get(one) ?? []) found.add(parent);
    return found;
  };

  return {
    has: (commit) => parents.size === 0 || parents.has(commit),
    compare(base, head) {
      if (!parents.has(base) || !parents.has(head)) return undefined;
      const [ofBase, ofHead] = [lineage(base), lineage(head)];
      const mergeBase = [...ofHead].find((commit) => ofBase.has(commit));
      if (mergeBase === undefined) return undefined;
      const ahead = [...ofHead].filter((commit) => !ofBase.has(commit));
      const behind = [...ofBase].filter((commit) => !ofHead.has(commit));
      return { status: statusOf(ahead.length, behind.length), ahead, behind, mergeBase };
    },
  };
}

function statusOf(ahead: number, behind: number): Comparison['status'] {
  if (ahead === 0) return behind === 0 ? 'identical' : 'behind';
  return behind === 0 ? 'ahead' : 'diverged';
}
