/**
 * YAML as read: text kept as it was written, every node knowing where it stands. Maps keep their order and are no
 * JavaScript objects, so no key can be mistaken for something that every object has.
 */
export type Node = MapNode | ListNode | ScalarNode;

export type MapNode = { readonly kind: 'map'; readonly offset: number; readonly entries: readonly Entry[] };
export type Entry = { readonly key: string; readonly keyOffset: number; readonly value: Node };
export type ListNode = { readonly kind: 'list'; readonly offset: number; readonly items: readonly Node[] };
export type ScalarNode = {
  readonly kind: 'scalar';
  readonly offset: number;
  readonly value: string | number | boolean | null;
  /** As it stands in the file, without quotes. */
  readonly source: string;
};

export type Path = readonly (string | number)[];

/** `services.web.environment.PORT`, `services.web.migrate[0]`; strange or endless keys are quoted and cut. */
export function describePath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? describeKey(step) : `${text}.${describeKey(step)}`;
  }, '');
}

function describeKey(key: string): string {
  const short = key.length > 60 ? `${key.slice(0, 60)}…` : key;
  return /^[\w/{}+=@-]+$/.test(key) ? short : JSON.stringify(short);
}

export function child(node: Node, step: string | number): Node | undefined {
  if (node.kind === 'map') return node.entries.find(({ key }) => key === step)?.value;
  return node.kind === 'list' && typeof step === 'number' ? node.items[step] : undefined;
}

export function nodeAt(root: Node, path: Path): Node | undefined {
  return path.reduce<Node | undefined>((node, step) => node && child(node, step), root);
}

/** Where `path` stands in the file: the value, or its key, or, when it is not there, the key of what should hold it. */
export function offsetOf(root: Node, path: Path, part: 'key' | 'value' = 'value'): number {
  let node: Node = root;
  let offset = root.offset;
  for (const [index, step] of path.entries()) {
    const entry = node.kind === 'map' ? node.entries.find(({ key }) => key === step) : undefined;
    const next = entry?.value ?? child(node, step);
    if (next === undefined) return offset;
    const isLast = index === path.length - 1;
    offset =
      entry !== undefined && (!isLast || part === 'key' || next.kind !== 'scalar') ? entry.keyOffset : next.offset;
    node = next;
  }
  return offset;
}

/** The same as plain values; objects have no prototype. */
export function plainValue(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainValue);
  const object: Record<string, unknown> = Object.create(null);
  for (const { key, value } of node.entries) object[key] = plainValue(value);
  return object;
}

/** Every map key, and every scalar, in the file's order. */
export function* scalarsOf(node: Node, path: Path = []): Generator<{ path: Path; scalar: ScalarNode }> {
  if (node.kind === 'scalar') yield { path, scalar: node };
  if (node.kind === 'list') for (const [index, item] of node.items.entries()) yield* scalarsOf(item, [...path, index]);
  if (node.kind === 'map') for (const { key, value } of node.entries) yield* scalarsOf(value, [...path, key]);
}

/** Plain JSON values as a tree without positions. */
export function treeOf(value: unknown): Node {
  if (Array.isArray(value)) return { kind: 'list', offset: 0, items: value.map(treeOf) };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => ({ key, keyOffset: 0, value: treeOf(inner) }));
    return { kind: 'map', offset: 0, entries };
  }
  const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  return { kind: 'scalar', offset: 0, value: scalar, source: String(value) };
}
