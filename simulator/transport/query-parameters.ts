type Tree = { [name: string]: Tree | string };

/**
 * A Query form as the value it stands for: `Tags.member.1.Key=a` becomes `{ Tags: [{ Key: 'a' }] }`. Every leaf is a
 * string; `Action` and `Version` name the call and are left out.
 */
export function queryParameters(form: URLSearchParams): unknown {
  const root: Tree = Object.create(null) as Tree;
  for (const [name, value] of form) {
    if (name !== 'Action' && name !== 'Version') put(root, name.split('.'), value);
  }
  return listsOf(root);
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

function listsOf(node: Tree | string): unknown {
  if (typeof node === 'string') return node;
  const members = node['member'];
  if (typeof members === 'object' && Object.keys(node).length === 1) {
    return Object.entries(members)
      .sort(([one], [other]) => Number(one) - Number(other))
      .map(([, item]) => listsOf(item));
  }
  return Object.fromEntries(Object.entries(node).map(([name, member]) => [name, listsOf(member)]));
}
