import { buildManifest } from './build.ts';
import type { Manifest } from './model.ts';
import { refuse, withoutConsequences } from './problem.ts';
import { readSource } from './reading/source.ts';
import { readYaml } from './reading/yaml.ts';
import { manifestShape } from './shape/manifest.ts';
import { shapeProblems } from './shape-problems.ts';
import { offsetOf, plainValue } from './tree.ts';

/**
 * Reads slipway.yml. Throws `Findings` with every problem of the file at once, each with `file:line:column`.
 * `file` is only the name to show.
 */
export function parseManifest(contents: string | Uint8Array, file = 'slipway.yml'): Manifest {
  const source = readSource(contents);
  if ('problem' in source) throw new Error('later');
  const { root, problems, broken, position } = readYaml(source.text);
  const report = { file, root, position };
  if (root === undefined) {
    refuse(problems, report);
    throw new Error('An unreadable manifest has a problem.');
  }
  const shape = manifestShape.safeParse(plainValue(root));
  const wrong = shape.success ? [] : withoutConsequences(shapeProblems(shape.error.issues, root), broken);
  refuse([...problems, ...wrong], report);
  if (!shape.success) throw new Error('A manifest of the wrong shape has a problem.');
  return buildManifest(shape.data, (path) => `${file}:${position(offsetOf(root, path))}`);
}
