/** A seeded stream of numbers in [0, 1): one per concern, so that a new draw in one place does not move another. */
export type Random = {
  next(): number;
  /** A number in [low, high). */
  between(low: number, high: number): number;
  /** A whole number in [low, high]. */
  integer(low: number, high: number): number;
  /** `length` characters of `alphabet`. */
  text(length: number, alphabet?: string): string;
  /** In the shape of a UUID. */
  uuid(): string;
};

const hexadecimal = '0123456789abcdef';

/** mulberry32 over an FNV-1a hash of seed and concern. */
export function seededRandom(seed: number, concern: string): Random {
  let state = hash(`${seed}:${concern}`);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const integer = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const text = (length: number, alphabet = hexadecimal) =>
    Array.from({ length }, () => alphabet[integer(0, alphabet.length - 1)]).join('');
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    integer,
    text,
    uuid: () => [8, 4, 4, 4, 12].map((length) => text(length)).join('-'),
  };
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0)!, 0x01000193);
  return value >>> 0;
}
