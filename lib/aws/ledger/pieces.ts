/** What fits into one parameter of the advanced tier (8 KB), with room for what stands around it. */
const largestBytes = 7_000;

/** Splits a record into pieces whose JSON fits into one parameter each; at least one, which may be empty. */
export function inPieces<Value>(
  values: Readonly<Record<string, Value>>,
  largest = largestBytes,
): readonly [Readonly<Record<string, Value>>, ...Readonly<Record<string, Value>>[]] {
  const first: Record<string, Value> = {};
  const pieces: [Record<string, Value>, ...Record<string, Value>[]] = [first];
  let [piece, size] = [first, 0];
  for (const [name, value] of Object.entries(values)) {
    const bytes = new TextEncoder().encode(JSON.stringify({ [name]: value })).length;
    if (size > 0 && size + bytes > largest) {
      piece = {};
      size = 0;
      pieces.push(piece);
    }
    piece[name] = value;
    size += bytes;
  }
  return pieces;
}
