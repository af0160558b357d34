/** A longer word may be further off than a shorter one, but never further than this. */
const mostEdits = 3;

/** The candidate that someone most likely meant, or undefined when none is close: at most a third of it may differ. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const allowed = Math.max(1, Math.min(mostEdits, Math.floor(candidate.length / 3)));
    const most = best === undefined ? allowed : Math.min(allowed, best.distance - 1);
    if (Math.abs(candidate.length - word.length) > most) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), most);
    if (distance <= most) best = { candidate, distance };
  }
  return best?.candidate;
}

/** `Did you mean "services"?`, or else the known words when they are few, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const known = [...candidates];
  const guess = nearest(word, known);
  if (guess !== undefined) return `Did you mean "${guess}"?`;
  return known.length > 0 && known.length <= 20 ? `Known here: ${known.join(', ')}.` : '';
}

/**
 * Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). Gives up with `most` + 1 as
 * soon as two rows in a row are above `most`, since no later one can be below.
 */
function editDistance(left: string, right: string, most: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  let isPreviousFar = false;
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    let isFar = row > most;
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let cost = (previous[column - 1] ?? 0) + (isSame ? 0 : 1);
      cost = lesser(cost, (previous[column] ?? 0) + 1);
      cost = lesser(cost, (current[column - 1] ?? 0) + 1);
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        cost = lesser(cost, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(cost);
      if (cost <= most) isFar = false;
    }
    if (isFar && isPreviousFar) return most + 1;
    isPreviousFar = isFar;
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}

function lesser(one: number, other: number): number {
  return one < other ? one : other;
}
