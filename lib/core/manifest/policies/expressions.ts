import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { describePath, scalarsOf } from '../tree.ts';
import type { Node } from '../tree.ts';

/**
 * Nothing is filled in from a workflow or a shell: `${{ … }}` and `${X}` would be deployed as they stand, which nobody
 * means who writes them.
 */
export function checkExpressions(root: Node): Problem[] {
  return [...scalarsOf(root)]
    .filter(({ scalar }) => scalar.source.includes('${'))
    .map(({ path }) =>
      problemAt('E_MANIFEST', path, {
        message: `${describePath(path)} holds an expression (\${…}), and nothing fills it in.`,
        remedy: 'Write the value, or a { parameter }, { secret } or { template } where a variable is.',
      }),
    );
}
