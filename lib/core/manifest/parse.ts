import { buildManifest } from './build.ts';
import { checkManifest } from './check.ts';
import type { Manifest } from './model.ts';
import { readSource } from './reading/source.ts';
import { readYaml } from './reading/yaml.ts';
import { refuse } from './report.ts';
import type { Rule } from './rules/rule.ts';
import { offsetOf } from './tree.ts';

/**
 * Reads slipway.yml. Throws `Findings` with every problem of the file at once, each with `file:line:column`, none
 * repeating a value that may be secret. `file` is only the name to show; `moreRules` are those of a reader who asks for
 * more than every manifest must keep.
 */
export function parseManifest(
  contents: string | Uint8Array,
  file = 'slipway.yml',
  moreRules: readonly Rule[] = [],
): Manifest {
  const source = readSource(contents);
  const { root, problems, broken, position } = 'problems' in source ? source : readYaml(source.text);
  const report = { file, root, position };
  if (root === undefined) return refuse(problems, report);
  const checked = checkManifest(root, broken, moreRules);
  const all = [...problems, ...checked.problems];
  if (all.length > 0 || checked.manifest === undefined) return refuse(all, report);
  return buildManifest(checked.manifest, (path) => `${file}:${position(offsetOf(root, path))}`);
}
