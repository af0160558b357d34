import { invalid } from '../errors.ts';
import { attributeNamed } from './evaluate.ts';
import type { ResourceDeclaration, Template, Values } from './model.ts';
import { pieces } from './sub.ts';

type Declared = Pick<Template, 'resources' | 'parameters' | 'outputs'>;
type Conditions = Readonly<Record<string, boolean>>;

/** The resources whose condition holds, by logical id. */
export function activeResources(
  template: Declared,
  conditions: Conditions,
): Readonly<Record<string, ResourceDeclaration>> {
  const active = Object.entries(template.resources).filter(
    ([, { Condition }]) => Condition === undefined || conditions[Condition] === true,
  );
  return Object.fromEntries(active);
}

/**
 * Logical ids in an order in which each comes after those it names. Throws ValidationError for references that lead nowhere
 * and for those that lead back.
 */
export function creationOrder(template: Declared, conditions: Conditions): readonly string[] {
  const active = activeResources(template, conditions);
  const needs = new Map(Object.entries(active).map(([id, one]) => [id, needsOf(one, conditions)]));
  checkReferences(template, active, needs, conditions);
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]) => {
    if (done.has(id)) return;
    if (path.includes(id))
      throw invalid(`Circular dependency between resources: [${path.slice(path.indexOf(id)).join(', ')}]`);
    for (const needed of needs.get(id) ?? []) if (needs.has(needed)) visit(needed, [...path, id]);
    done.add(id);
  };
  for (const id of needs.keys()) visit(id, []);
  return [...done];
}

function needsOf({ Properties, DependsOn }: ResourceDeclaration, conditions: Conditions): readonly string[] {
  return [...DependsOn, ...namesIn(Properties, conditions)];
}

function checkReferences(
  template: Declared,
  active: Values,
  needs: ReadonlyMap<string, readonly string[]>,
  conditions: Conditions,
): void {
  const exists = (name: string) =>
    name.startsWith('AWS::') || Object.hasOwn(active, name) || Object.hasOwn(template.parameters, name);
  // A resource that its condition leaves out may be waited for, but not named.
  const mayWait = (id: string) => new Set(Object.keys(template.resources)).has(id);
  const dangling = [...needs].flatMap(([id, names]) => {
    const waited = template.resources[id]?.DependsOn ?? [];
    return names.filter((name) => !exists(name) && !(waited.includes(name) && mayWait(name)));
  });
  if (dangling.length > 0) throw unresolved(dangling, 'Resources');
  const shown = Object.values(template.outputs).filter(
    ({ Condition }) => Condition === undefined || conditions[Condition],
  );
  const absent = shown.flatMap(({ Value }) => namesIn(Value, conditions)).filter((name) => !exists(name));
  if (absent.length > 0) throw unresolved(absent, 'Outputs');
}

function unresolved(names: readonly string[], block: string): Error {
  const listed = [...new Set(names)].join(', ');
  return invalid(
    `Template format error: Unresolved resource dependencies [${listed}] in the ${block} block of the template`,
  );
}

/** Everything that a value names by Ref, Fn::GetAtt and Fn::Sub; of a Fn::If only the branch that counts. */
function namesIn(value: unknown, conditions: Conditions): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(item, conditions));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, argument]: [string, unknown]) => {
    if (name === 'Ref' && typeof argument === 'string') return [argument];
    if (name === 'Fn::GetAtt') return [attributeNamed(argument)[0]];
    if (name === 'Fn::Sub') return [...namesInSub(argument), ...namesIn(argument, conditions)];
    if (name === 'Fn::If' && Array.isArray(argument))
      return namesIn(argument[conditions[String(argument[0])] === true ? 1 : 2], conditions);
    return namesIn(argument, conditions);
  });
}

function namesInSub(argument: unknown): readonly string[] {
  const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Values];
  return pieces(text).flatMap((piece) =>
    piece.kind === 'text' || Object.hasOwn(variables, piece.name) ? [] : [piece.name.split('.', 1)[0]!],
  );
}
