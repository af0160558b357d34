import { containerRefusal, isEnvironmentName, jobRefusal } from '../../../lib/core/environment-names.ts';
import { ActionError, type ErrorCode, type Finding, Findings } from '../../../lib/core/errors.ts';
import type { Variable } from '../../../lib/core/manifest/model.ts';

/** The lines of the two inputs. */
export type Lists = { readonly parameters: readonly string[]; readonly secrets: readonly string[] };

/**
 * Variables without a manifest, one a line: `NAME=reference`, or `NAME,reference` as people write it elsewhere. A
 * parameter's reference is its path; a secret's is its name or complete ARN, with `#key` behind it for a JSON key.
 */
export function readLists(lists: Lists, { exported }: { exported: boolean }): readonly Variable[] {
  const findings: Finding[] = [];
  const variables = [
    ...lists.parameters.map((line) => ({ line, input: 'parameters' as const })),
    ...lists.secrets.map((line) => ({ line, input: 'secrets' as const })),
  ].flatMap(({ line, input }): Variable[] => {
    const read = readLine(line, input, exported);
    if ('code' in read) findings.push({ ...read, place: input });
    return 'code' in read ? [] : [read];
  });
  findings.push(...contradictions(variables));
  const [first, ...others] = findings;
  if (first !== undefined) throw new Findings([first, ...others], 'The lists cannot be read');
  return [...new Map(variables.map((variable) => [variable.name, variable])).values()];
}

type Refusal = Pick<Finding, 'code' | 'message' | 'remedy'>;

function readLine(line: string, place: 'parameters' | 'secrets', exported: boolean): Variable | Refusal {
  const [, name = '', reference = ''] = /^([^=,\s]+)\s*[=,]\s*(.+)$/.exec(line) ?? [];
  if (name === '')
    return refusal('E_INPUT', `A line of \`${place}\` is not NAME=reference.`, 'Write one NAME=reference a line.');
  if (!isEnvironmentName(name))
    return refusal('E_INPUT', `\`${place}\` has a name that no variable can have.`, 'Use A to Z, 0 to 9 and _ only.');
  const denied = exported ? jobRefusal(name) : containerRefusal(name);
  if (denied !== undefined) return refusal('E_POLICY', `${name} is not allowed: ${denied}.`, 'Remove it.');
  return place === 'parameters' ? parameterOf(name, reference) : secretOf(name, reference);
}

function parameterOf(name: string, parameter: string): Variable | Refusal {
  const path = pathOf(parameter);
  const isPath = /^(?:\/[\w.-]+)+$/.test(path) && path.length <= 1011;
  if (isPath && !path.split('/').includes('..')) return { name, place: 'parameters', kind: 'parameter', parameter };
  return refusal(
    'E_INPUT',
    `${name}: a parameter is named by its path, /application/name, of 1,011 characters at most, or its ARN.`,
    'Write the path that `aws ssm get-parameter` takes.',
  );
}

function secretOf(name: string, reference: string): Variable | Refusal {
  const [secret = '', key, ...more] = reference.split('#');
  const isName = /^[\w/+=.@-]{1,512}$/.test(secret);
  const isArn = /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]{1,519}$/.test(secret);
  const isKey = key === undefined || /^[\w.-]{1,256}$/.test(key);
  if ((isName || isArn) && isKey && more.length === 0)
    return { name, place: 'secrets', kind: 'secret', secret, key, minLength: undefined };
  return refusal(
    'E_INPUT',
    `${name}: a secret is named by its name or complete ARN, with #key behind it for a JSON key.`,
    'Write NAME=name or NAME=name#key.',
  );
}

/** One name from two places is a mistake, unless both say the same. */
function contradictions(variables: readonly Variable[]): Finding[] {
  const first = new Map<string, string>();
  return variables.flatMap((variable): Finding[] => {
    const said = JSON.stringify({ ...variable, place: '' });
    const before = first.get(variable.name) ?? said;
    first.set(variable.name, before);
    if (before === said) return [];
    return [{ code: 'E_SCOPE', message: `${variable.name} comes from two places.`, remedy: 'Keep one of them.' }];
  });
}

function refusal(code: ErrorCode, message: string, remedy: string): Refusal {
  return { code, message, remedy };
}

/** The path in a parameter's ARN; a path as it is. */
function pathOf(parameter: string): string {
  return /^arn:[\w-]+:ssm:[\w-]+:\d{12}:parameter(\/.+)$/.exec(parameter)?.[1] ?? parameter;
}

/**
 * What a list refers to must lie where the credentials belong. Answers with the same variables, parameters by their
 * paths alone. Throws E_SCOPE.
 */
export function checkArns(
  variables: readonly Variable[],
  { account, region }: { account: string; region: string },
): readonly Variable[] {
  return variables.map((variable) => {
    const reference =
      variable.kind === 'secret' ? variable.secret : variable.kind === 'parameter' ? variable.parameter : '';
    const [, , , ofRegion, ofAccount] = reference.startsWith('arn:')
      ? reference.split(':')
      : ['', '', '', region, account];
    if (ofRegion !== region || ofAccount !== account)
      throw new ActionError('E_SCOPE', `${variable.name}: its ARN is of another account or region.`, {
        remedy: 'Use the role and region that it belongs to.',
        place: variable.place,
      });
    return variable.kind === 'parameter' ? { ...variable, parameter: pathOf(reference) } : variable;
  });
}
