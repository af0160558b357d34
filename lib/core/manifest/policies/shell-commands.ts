import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { describePath, scalarsOf } from '../tree.ts';
import type { Node } from '../tree.ts';

/** A command is a list: text would need a shell to take it apart, and shells do more than that. */
export function checkShellCommands(root: Node): Problem[] {
  return [...scalarsOf(root)]
    .filter(
      ({ path, scalar }) => path[0] === 'services' && path.at(-1) === 'command' && typeof scalar.value === 'string',
    )
    .filter(({ path }) => path.includes('migrate') || path.includes('health-check'))
    .map(({ path }) =>
      problemAt('E_POLICY', path, {
        message: `${describePath(path)} is a line for a shell.`,
        remedy: 'Write a list: the program, then each argument, such as ["node", "migrate.js"].',
      }),
    );
}
