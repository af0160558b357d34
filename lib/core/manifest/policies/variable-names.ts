import { containerRefusal, defaultForbiddenEnvironment, forbiddenMatch } from '../../environment-names.ts';
import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { child, describePath, nodeAt } from '../tree.ts';
import type { Node, Path } from '../tree.ts';

/** No variable that is forbidden here, or that a container may never be given, whatever its source and spelling. */
export function checkVariableNames(root: Node): Problem[] {
  const forbidden = forbiddenNames(root);
  return [...namesOf(root)].flatMap(({ name, path, part }) => {
    const match = forbiddenMatch(name, forbidden);
    const refusal = match === undefined ? containerRefusal(name.normalize('NFKC').toUpperCase()) : undefined;
    if (match === undefined && refusal === undefined) return [];
    return problemAt('E_POLICY', path, {
      message:
        match === undefined
          ? `${describePath(path)} is not allowed: ${refusal}.`
          : `${match} may not be present (${describePath(path)}).`,
      remedy: 'Remove it, whatever its value.',
      part,
    });
  });
}

function forbiddenNames(root: Node): readonly string[] {
  const list = child(root, 'forbidden-environment');
  if (list?.kind !== 'list') return defaultForbiddenEnvironment;
  return list.items.flatMap((item) => (item.kind === 'scalar' && item.source !== '' ? [item.source] : []));
}

type Name = { readonly name: string; readonly path: Path; readonly part: 'key' | 'value' };

/** Names of variables and of build arguments, and keys of secrets, which some programs load as variables. */
function* namesOf(root: Node): Generator<Name> {
  yield* keysOf(root, ['defaults', 'environment']);
  const services = child(root, 'services');
  for (const { key } of services?.kind === 'map' ? services.entries : []) {
    const path: Path = ['services', key];
    yield* keysOf(root, [...path, 'environment']);
    yield* keysOf(root, [...path, 'build', 'args']);
    yield* keysOf(root, [...path, 'migrate', 'environment']);
    const migrations = nodeAt(root, [...path, 'migrate']);
    for (const index of migrations?.kind === 'list' ? migrations.items.keys() : []) {
      yield* keysOf(root, [...path, 'migrate', index, 'environment']);
    }
  }
  const secrets = child(root, 'secrets');
  for (const { key } of secrets?.kind === 'map' ? secrets.entries : []) {
    const keys = nodeAt(root, ['secrets', key, 'keys']);
    for (const [index, item] of keys?.kind === 'list' ? keys.items.entries() : []) {
      if (item.kind === 'scalar') yield { name: item.source, path: ['secrets', key, 'keys', index], part: 'value' };
    }
  }
}

function* keysOf(root: Node, path: Path): Generator<Name> {
  const node = nodeAt(root, path);
  for (const { key } of node?.kind === 'map' ? node.entries : [])
    yield { name: key, path: [...path, key], part: 'key' };
}
