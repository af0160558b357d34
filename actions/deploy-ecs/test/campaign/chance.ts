/** Draws that one seed repeats exactly. */
export type Dice = {
  /** Below 1. */
  next(): number;
  /** A whole number from 1 to `most`. */
  upTo(most: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** True with this probability. */
  happens(probability: number): boolean;
};

/** The mulberry32 generator. */
export function diceOf(seed: number): Dice {
  let state = Math.imul(seed, 0x9e3779b1);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    upTo: (most) => 1 + Math.floor(next() * most),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    happens: (probability) => next() < probability,
  };
}
