type Tree = { [name: string]: Tree | string };

/**
 * A Query form as the value it stands for: `Tags.member.1.Key=a` becomes `{ Tags: [{ Key: 'a' }] }`. Every leaf is a
 * string; `Action` and `Version` name the call and are left out.
 */
export function queryParameters(form: URLSearchParams): unknown {
  return withLists(treeOf(form), (node) => (Object.keys(node).length === 1 ? node['member'] : undefined));
}

/** The same of EC2's form, where lists have no `member`: `Filter.1.Value.1=a` becomes `{ Filter: [{ Value: ['a'] }] }`. */
export function flatParameters(form: URLSearchParams): unknown {
  return withLists(treeOf(form), (node) =>
    Object.keys(node).every((name) => /^[1-9]\d*$/.test(name)) ? node : undefined,
  );
}

function treeOf(form: URLSearchParams): Tree {
  const root: Tree = Object.create(null) as Tree;
  for (const [name, value] of form) {
    if (name !== 'Action' && name !== 'Version') put(root, name.split('.'), value);
  }
  return root;
}

function put(tree: Tree, path: readonly string[], value: string): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  const branch = tree[head];
  const next = typeof branch === 'object' ? branch : (Object.create(null) as Tree);
  tree[head] = next;
  put(next, rest, value);
}

/** `itemsOf` recognises a list and gives its numbered items. */
function withLists(node: Tree | string, itemsOf: (node: Tree) => Tree | string | undefined): unknown {
  if (typeof node === 'string') return node;
  const items = itemsOf(node);
  if (typeof items === 'object' && Object.keys(items).length > 0) {
    return Object.entries(items)
      .sort(([one], [other]) => Number(one) - Number(other))
      .map(([, item]) => withLists(item, itemsOf));
  }
  return Object.fromEntries(Object.entries(node).map(([name, member]) => [name, withLists(member, itemsOf)]));
}
