import { readFile } from 'node:fs/promises';
import { ActionError } from '../../../lib/core/errors.ts';
import type { Variables } from '../../../lib/github/inputs.ts';

/** What is known of the commit besides its id. */
export type Origin = {
  /** In seconds since the epoch; undefined when nobody says it. */
  readonly madeAt: number | undefined;
  /** The commit that the branch was at before the push; undefined when the job is about no push. */
  readonly before: string | undefined;
};

/**
 * When the commit was made is what all files and labels of an image bear, so that building a commit twice gives one
 * image. SOURCE_DATE_EPOCH decides; else the push that started the job says it.
 * https://reproducible-builds.org/specs/source-date-epoch/
 */
export async function readOrigin(variables: Variables): Promise<Origin> {
  const { head_commit: commit, before } = await readEvent(variables['GITHUB_EVENT_PATH']);
  const pushedAt = typeof commit?.timestamp === 'string' ? Date.parse(commit.timestamp) : Number.NaN;
  return {
    madeAt:
      readEpoch(variables['SOURCE_DATE_EPOCH']) ?? (Number.isNaN(pushedAt) ? undefined : Math.floor(pushedAt / 1000)),
    // A new branch was at no commit: forty zeros.
    before: typeof before === 'string' && /^(?!0+$)[0-9a-f]{40}$/.test(before) ? before : undefined,
  };
}

function readEpoch(given: string | undefined): number | undefined {
  if (given === undefined || given === '') return undefined;
  if (/^\d{1,11}$/.test(given)) return Number(given);
  throw new ActionError('E_INPUT', 'SOURCE_DATE_EPOCH is not a number of seconds.', {
    remedy: 'Set it to the output of `git show -s --format=%ct`, or leave it out.',
    place: 'SOURCE_DATE_EPOCH',
  });
}

type PushEvent = { readonly head_commit?: { readonly timestamp?: unknown }; readonly before?: unknown };

/** The payload of the event that started the job; empty when there is none. */
async function readEvent(path: string | undefined): Promise<PushEvent> {
  if (path === undefined || path === '') return {};
  try {
    const event: PushEvent = { ...JSON.parse(await readFile(path, 'utf8')) };
    return event;
  } catch {
    return {};
  }
}
