import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Node } from 'yaml';

/** YAML as templates are written in it, with `!Ref`, `!GetAtt` and the other short forms. Throws Error for what is wrong. */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(error.message.split('\n', 1)[0]);
  return valueOf(document.contents);
}

function valueOf(node: unknown): unknown {
  if (isAlias(node)) throw new Error('aliases are not supported in CloudFormation templates');
  if (isScalar(node)) return short(node, node.value);
  if (isSeq(node)) {
    const items = node.items.map(valueOf);
    return short(node, items);
  }
  if (!isMap(node)) return node;
  const entries = node.items.map(
    ({ key, value }) => [String(isScalar(key) ? key.value : key), valueOf(value)] as const,
  );
  return short(node, Object.fromEntries(entries));
}

/** `!Sub x` is `{ "Fn::Sub": x }`; only Ref and Condition have no `Fn::`, and `!GetAtt a.b` names two things. */
function short(node: Node, value: unknown): unknown {
  const name = /^!([A-Z]\w+)$/.exec(node.tag ?? '')?.[1];
  if (name === undefined) return value;
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name !== 'GetAtt' || typeof value !== 'string') return { [`Fn::${name}`]: value };
  const dot = value.indexOf('.');
  return { 'Fn::GetAtt': [value.slice(0, dot), value.slice(dot + 1)] };
}
