import { isAlias, isCollection, isMap, isNode, isScalar } from 'yaml';
import type { Node as YamlNode, Pair, Scalar } from 'yaml';
import type { Problem } from '../problem.ts';
import { describePath } from '../tree.ts';
import type { Entry, Node, Path, ScalarNode } from '../tree.ts';
import { readPlainScalar } from './plain-scalar.ts';
import { strangeCharacter } from './source.ts';

export type Tree = { readonly root: Node; readonly problems: readonly Problem[]; readonly broken: readonly Path[] };

/** YAML's nodes as ours; what YAML allows and we do not becomes a problem. */
export function buildTree(contents: YamlNode): Tree {
  const problems: Problem[] = [];
  const broken: Path[] = [];
  const report = (offset: number, about: Path, message: string, remedy: string): void => {
    problems.push({ code: 'E_MANIFEST', message, remedy, where: { offset }, about });
  };

  function build(node: YamlNode | null, path: Path): Node {
    const offset = startOf(node);
    refuseProperties(node, offset, path);
    if (isMap<YamlNode, YamlNode>(node)) return { kind: 'map', offset, entries: buildEntries(node.items, path) };
    if (isCollection(node)) {
      return {
        kind: 'list',
        offset,
        items: node.items.map((item, index) => build(isNode(item) ? item : null, [...path, index])),
      };
    }
    if (isScalar(node)) return buildScalar(node, offset, path);
    if (node !== null) broken.push(path);
    return { kind: 'scalar', offset, value: null, source: '' };
  }

  function refuseProperties(node: YamlNode | null, offset: number, path: Path): void {
    if (isAlias(node) || (node !== null && 'anchor' in node && node.anchor !== undefined)) {
      report(
        offset,
        path,
        'Anchors (&name) and aliases (*name) are not used here.',
        'Write the value out, or use "defaults".',
      );
    }
    if (node?.tag !== undefined) {
      report(offset, path, 'Tags (!name, !!name) are not used here.', 'Remove the tag.');
      broken.push(path);
    }
  }

  function buildScalar(node: Scalar, offset: number, path: Path): ScalarNode {
    const source = String(node.value);
    const strange = strangeCharacter(source);
    if (strange !== undefined) {
      report(offset, path, `${describePath(path)}: ${strange.name} stands in the value.`, 'Remove it.');
      broken.push(path);
    }
    if (node.type !== 'PLAIN') return { kind: 'scalar', offset, value: source, source };
    const read = readPlainScalar(source);
    if ('value' in read) return { kind: 'scalar', offset, value: read.value, source };
    report(offset, path, `${describePath(path)}: ${read.trap}`, read.remedy);
    broken.push(path);
    return { kind: 'scalar', offset, value: null, source };
  }

  function buildEntries(pairs: readonly Pair<YamlNode, YamlNode | null>[], path: Path): Entry[] {
    const seen = new Map<string, string>();
    return pairs.flatMap(({ key: keyNode, value }) => {
      const keyOffset = startOf(keyNode);
      refuseProperties(keyNode, keyOffset, path);
      const key = keyText(keyNode);
      const refusal = key === undefined ? 'A key must be text.' : refusedKey(key);
      if (key === undefined || refusal !== undefined) {
        report(keyOffset, path, refusal ?? '', 'Choose another key.');
        return [];
      }
      const twin = seen.get(foldKey(key));
      if (twin !== undefined) {
        const how = twin === key ? 'stands here twice' : 'stands here twice, spelled in two ways';
        report(keyOffset, path, `The key ${describePath([...path, key])} ${how}.`, 'Keep one of them.');
        return [];
      }
      seen.set(foldKey(key), key);
      return [{ key, keyOffset, value: build(value, [...path, key]) }];
    });
  }

  return { root: build(contents, []), problems, broken };
}

function keyText(node: YamlNode | null): string | undefined {
  return isScalar(node) ? String(node.value) : undefined;
}

function refusedKey(key: string): string | undefined {
  if (key === '<<') return 'Merge keys (<<) are not used here.';
  if (key === '') return 'A key is empty.';
  // `constructor`, `__proto__`: names that mean something else on every JavaScript object.
  return key in Object.prototype || key === 'prototype' ? `The key "${key}" is a reserved word.` : undefined;
}

/** Two keys that only differ in case or in how an accent is composed are one key to some reader. */
function foldKey(key: string): string {
  return key.normalize('NFKC').toLowerCase();
}

function startOf(node: YamlNode | null): number {
  return node?.range?.[0] ?? 0;
}
