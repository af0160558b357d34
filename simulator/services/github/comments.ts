import { z } from 'zod';
import type { Clock } from '../../clock.ts';

/** A comment on an issue or a pull request. */
export type Comment = {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly login: string; readonly type: 'Bot' | 'User' };
  readonly created_at: string;
  readonly updated_at: string;
};

/** GitHub takes this many characters. */
export const commentShape = z.object({
  body: z.string().min(1).max(65_536, 'body is too long (maximum is 65536 characters)'),
});

export type Comments = ReturnType<typeof createComments>;

/** The comments of one repository's issues, oldest first. */
export function createComments(clock: Clock) {
  const all: { readonly issue: number; comment: Comment }[] = [];
  const now = () => new Date(clock.now()).toISOString();

  return {
    of: (issue: number): readonly Comment[] => all.filter((one) => one.issue === issue).map(({ comment }) => comment),
    /** As the job's own token writes, or as somebody else does. */
    write(issue: number, body: string, user: Comment['user'] = { login: 'github-actions[bot]', type: 'Bot' }): Comment {
      const comment = { id: all.length + 1, body, user, created_at: now(), updated_at: now() };
      all.push({ issue, comment });
      return comment;
    },
    /** Undefined when there is none of this id. */
    edit(id: number, body: string): Comment | undefined {
      const found = all.find(({ comment }) => comment.id === id);
      if (found === undefined) return undefined;
      found.comment = { ...found.comment, body, updated_at: now() };
      return found.comment;
    },
  };
}
