/**
 * Which rule of the listener is asked first: the more of a path a pattern names, the earlier. The catch-all has 200, one
 * folder has 100 to 189 (`/api/*` the first of them), deeper ones come before, patterns that name no folder after.
 * A pattern has its number from itself and not from its neighbours, since CloudFormation changes rules one by one and two
 * may never have the same; only where two would meet, the later in the alphabet takes the next free number.
 */
export function listenerPriorities(patterns: Iterable<string>): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  for (const pattern of [...patterns].sort()) taken.set(pattern, priorityOf(pattern, new Set(taken.values())));
  return taken;
}

const catchAll = { pattern: '/*', priority: 200 };
const bands = { deeper: { first: 1, size: 99 }, folder: { first: 100, size: 90 }, other: { first: 190, size: 10 } };

function priorityOf(pattern: string, taken: ReadonlySet<number>): number {
  if (pattern === catchAll.pattern) return catchAll.priority;
  const { first, size } = bandOf(pattern);
  const start = modulo(checksum(pattern) - checksum('/api/*'), size);
  const numbers = Array.from({ length: size }, (_, index) => first + ((start + index) % size));
  const free = numbers.find((number) => !taken.has(number));
  if (free === undefined) throw new Error(`There are more than ${size} paths like ${pattern}.`);
  return free;
}

/** By the folders that stand before the first wildcard. */
function bandOf(pattern: string) {
  const literal = pattern.split(/[*?]/)[0] ?? '';
  const folders = literal.split('/').length - 2;
  if (folders > 1) return bands.deeper;
  return folders === 1 ? bands.folder : bands.other;
}

function modulo(value: number, size: number): number {
  return ((value % size) + size) % size;
}

/** 32-bit FNV-1a: spreads what is alike. */
function checksum(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
