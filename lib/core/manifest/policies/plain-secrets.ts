import { literalSecret } from '../../literal-secret.ts';
import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { describePath, scalarsOf } from '../tree.ts';
import type { Node, Path } from '../tree.ts';

/** No secret stands in the file. Looked for in every value, also of fields that are wrong otherwise. */
export function checkPlainSecrets(root: Node): Problem[] {
  return [...scalarsOf(root)].flatMap(({ path, scalar }) => {
    const why = scalar.source === '' ? undefined : literalSecret(scalar.source, literalName(path));
    if (why === undefined) return [];
    return problemAt('E_POLICY', path, {
      message: `${describePath(path)} may not stand here: ${why}.`,
      remedy:
        'Put the value into Secrets Manager and write { secret: <its name> }. Change the value too, since it was seen.',
    });
  });
}

/** The name that a literal is given to, where variables, build arguments and parameters have one. */
function literalName(path: Path): string | undefined {
  const [top, ...rest] = path;
  if (top === 'parameters' && typeof rest[0] === 'string') return rest[0].split('/').at(-1);
  const [holder, name] = rest.slice(-2);
  const holds = holder === 'environment' || holder === 'args';
  return (top === 'services' || top === 'defaults') && holds && typeof name === 'string' ? name : undefined;
}
