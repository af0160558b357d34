import type { Provisioned } from '../../../cloud.ts';
import { notSimulated } from '../../../operation.ts';
import { invalid } from '../errors.ts';
import { cidrBlocks } from './cidr.ts';
import type { Template, Values } from './model.ts';
import { pieces } from './sub.ts';

/** What a template's values may refer to. */
export type Scope = {
  readonly template: Pick<Template, 'mappings' | 'resources' | 'parameters'>;
  /** `AWS::Region` and the like, and parameters. */
  readonly named: Readonly<Record<string, string | readonly string[]>>;
  readonly conditions: Readonly<Record<string, boolean>>;
  readonly zones: readonly string[];
  /** What was made of a resource; undefined when it is not there. */
  readonly made: (logicalId: string) => Provisioned | undefined;
  /** Throws ValidationError when nobody exports it. */
  readonly imported: (name: string) => string;
};

/** `AWS::NoValue`: the property, or item, is left out. */
const nothing = Symbol('AWS::NoValue');

/** A value with every function carried out. Dynamic references stay as they are. Throws ValidationError. */
export function evaluate(value: unknown, scope: Scope): unknown {
  const found = resolve(value, scope);
  return found === nothing ? undefined : found;
}

function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== nothing);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::')))
    return call(name, argument, scope);
  const members = entries.map(([key, member]) => [key, resolve(member, scope)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== nothing));
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  if (name === 'Ref') return reference(String(argument), scope);
  if (name === 'Fn::If') return chosen(argument, scope);
  if (name === 'Fn::GetAtt') return attribute(argument, scope);
  if (name === 'Fn::Sub') return substituted(argument, scope);
  return functions[name]!(resolve(argument, scope), scope);
}

type Carried = (argument: any, scope: Scope) => unknown;

/** Functions whose arguments are evaluated first. */
const functions: Readonly<Record<string, Carried>> = {
  'Fn::Join': ([separator, items]: [string, readonly unknown[]]) => items.map(String).join(separator),
  'Fn::Split': ([separator, text]: [string, string]) => text.split(separator),
  'Fn::Base64': (text: string) => Buffer.from(text).toString('base64'),
  'Fn::Cidr': ([block, count, bits = '8']: [string, number | string, (number | string)?]) =>
    cidrBlocks(block, Number(count), Number(bits)),
  'Fn::GetAZs': (region: string, { zones, named }) => (region === '' || region === named['AWS::Region'] ? zones : []),
  'Fn::ImportValue': (name: string, { imported }) => imported(name),
  'Fn::Select'([index, items]: [number | string, readonly unknown[]]) {
    const found = items[Number(index)];
    if (found === undefined)
      throw invalid(`Template error: Fn::Select cannot select nonexistent value at index ${index}`);
    return found;
  },
  'Fn::FindInMap'([map, top, second]: [string, string, string], { template }) {
    const found = template.mappings[map]?.[top]?.[second];
    if (found === undefined) throw invalid(`Template error: Unable to get mapping for ${map}::${top}::${second}`);
    return found;
  },
  'Fn::Length': (items: readonly unknown[]) => items.length,
  'Fn::ToJsonString': (value: unknown) => JSON.stringify(value),
};

/** Throws NotSimulatedException for a function that is not known, before anything is made. */
export function checkFunctions(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const isKnown = ['Fn::If', 'Fn::GetAtt', 'Fn::Sub'].includes(name) || Object.hasOwn(functions, name);
    if (name.startsWith('Fn::') && !isKnown) throw notSimulated(`the template function ${name}`);
    checkFunctions(member);
  }
}

function reference(name: string, { named, made, template }: Scope): unknown {
  if (name === 'AWS::NoValue') return nothing;
  if (Object.hasOwn(named, name)) return named[name];
  const found = made(name);
  if (found !== undefined) return found.ref;
  const where = Object.hasOwn(template.resources, name) ? 'is not there' : 'does not exist';
  throw invalid(`Template error: instance of Ref references the resource ${name}, which ${where}`);
}

function attribute(argument: unknown, { made }: Scope): string {
  const [id, name] = attributeNamed(argument);
  const found = made(id);
  if (found === undefined) throw invalid(`Template error: instance of Fn::GetAtt references undefined resource ${id}`);
  const value = found.attributes[name];
  if (value === undefined)
    throw invalid(`Requested attribute ${name} of ${id} does not exist in its schema (or is not simulated)`);
  return value;
}

/** `["a", "b.c"]` or `"a.b.c"`. */
export function attributeNamed(argument: unknown): readonly [id: string, name: string] {
  const path = Array.isArray(argument) ? argument.map(String).join('.') : String(argument);
  const dot = path.indexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
}

function chosen(argument: unknown, scope: Scope): unknown {
  const [name, whenTrue, whenFalse] = argument as readonly [string, unknown, unknown];
  if (!Object.hasOwn(scope.conditions, name)) throw invalid(`Template error: unresolved condition ${name} in Fn::If`);
  return resolve(scope.conditions[name] === true ? whenTrue : whenFalse, scope);
}

function substituted(argument: unknown, scope: Scope): string {
  const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Values];
  return pieces(text)
    .map((piece) => {
      if (piece.kind === 'text') return piece.text;
      if (Object.hasOwn(variables, piece.name)) return String(resolve(variables[piece.name], scope));
      const isAttribute = piece.name.includes('.');
      return String(isAttribute ? attribute(piece.name, scope) : reference(piece.name, scope));
    })
    .join('');
}
