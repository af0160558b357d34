import type { Head, HeadChange, Hold } from '../../../../lib/core/ledger.ts';

const leftReleases = 10;

/**
 * Written before the first change: from now on no push deploys, and what is left, with all that was passed over, is not
 * a good release any more. A rollback that dies after this has still stopped the pushes.
 */
export function holdFor(head: Head | undefined, hold: Hold): HeadChange {
  const { from, to, reason, at } = hold;
  const good = head?.good ?? [];
  const passed = good.slice(0, Math.max(0, good.indexOf(to)));
  const gone = [...new Set([...(from === undefined ? [] : [from]), ...passed])].filter((id) => id !== to);
  const leftBefore = (head?.left ?? []).filter(({ release }) => release !== to && !gone.includes(release));
  return {
    ...head,
    current: head?.current,
    good: [to, ...good.filter((id) => id !== to && !gone.includes(id))],
    left: [...gone.map((release) => ({ release, reason, at })), ...leftBefore].slice(0, leftReleases),
    hold,
  };
}

/** Written when every service is back. */
export function standOn(head: Head | undefined, release: string): HeadChange {
  return { ...head, good: head?.good ?? [release], current: release };
}
