import { ActionError } from '../lib/core/errors.ts';

/** Expected trouble of the rehearsal itself: a sentence that needs no stack. */
export class Trouble extends Error {}

/** What a person reads who meets this error: sentences for expected trouble, the stack for a bug. */
export function sentenceFor(error: unknown): string {
  if (error instanceof ActionError) return `${error.code}: ${error.message}\n${error.remedy}`;
  if (error instanceof Trouble) return error.message;
  if (error instanceof Error) return refusalOf(error) ?? error.stack ?? error.message;
  return String(error);
}

/** What the operating system refused. */
function refusalOf(error: NodeJS.ErrnoException): string | undefined {
  const place = error.path === undefined ? '' : ` (${error.path})`;
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `There is no space left on this disk${place}. Free some, or name another folder in TMPDIR, then start again.`;
    case 'EROFS':
    case 'EACCES':
      return `This user may not write there${place}. Choose another place, or change its permissions.`;
    case 'EMFILE':
    case 'ENFILE':
      return `Too many files are open${place}. Raise the limit (ulimit -n), then start again.`;
    default:
      return undefined;
  }
}
