/** The candidate that someone most likely meant, or undefined when none is close: at most a third of it may differ. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const allowed = Math.max(1, Math.floor(candidate.length / 3));
    if (Math.abs(candidate.length - word.length) > allowed) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), allowed);
    if (distance <= allowed && distance < (best?.distance ?? Infinity)) best = { candidate, distance };
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

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); Infinity when above `most`. */
function editDistance(left: string, right: string, most: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    if (Math.min(...current) > most && Math.min(...previous) > most) return Infinity;
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
