import { invalid } from '../errors.ts';
import type { Template, Values } from './model.ts';

/** What conditions and rules may look at: parameters and mappings, but no resources. */
export type ConditionScope = {
  readonly template: Template;
  /** Evaluates a value that is no condition function. */
  readonly evaluate: (value: unknown) => unknown;
};

/** Every condition of the template. Throws ValidationError, also for conditions that name each other in a circle. */
export function conditionValues({ template, evaluate }: ConditionScope): Readonly<Record<string, boolean>> {
  const known = new Map<string, boolean>();
  const open = new Set<string>();
  const named = (name: string): boolean => {
    const found = known.get(name);
    if (found !== undefined) return found;
    if (!Object.hasOwn(template.conditions, name))
      throw invalid(`Template format error: Unresolved condition dependency ${name} in the Conditions block`);
    if (open.has(name)) throw invalid(`Template format error: Circular dependency of the condition ${name}`);
    open.add(name);
    const value = holds(template.conditions[name], { named, evaluate });
    known.set(name, value);
    return value;
  };
  return Object.fromEntries(Object.keys(template.conditions).map((name) => [name, named(name)]));
}

/** Throws ValidationError when an assertion of the template's rules does not hold. */
export function checkRules(
  { template, evaluate }: ConditionScope,
  conditions: Readonly<Record<string, boolean>>,
): void {
  const scope = { evaluate, named: (name: string) => conditions[name] ?? false };
  for (const { RuleCondition, Assertions } of Object.values(template.rules)) {
    if (RuleCondition !== undefined && !holds(RuleCondition, scope)) continue;
    const broken = Assertions.find(({ Assert }) => !holds(Assert, scope));
    if (broken !== undefined)
      throw invalid(`Template error: ${broken.AssertDescription ?? 'an assertion of Rules failed'}`);
  }
}

type Scope = { readonly named: (name: string) => boolean; readonly evaluate: (value: unknown) => unknown };

function holds(expression: unknown, scope: Scope): boolean {
  const [name = '', argument] = Object.entries((expression ?? {}) as Values)[0] ?? [];
  const all = () => (Array.isArray(argument) ? argument : [argument]) as readonly unknown[];
  const pair = () => scope.evaluate(argument) as readonly [unknown, unknown];
  switch (name) {
    case 'Condition':
      return scope.named(String(argument));
    case 'Fn::Equals':
      return isSame(...pair());
    case 'Fn::Not':
      return !holds(all()[0], scope);
    case 'Fn::And':
      return all().every((one) => holds(one, scope));
    case 'Fn::Or':
      return all().some((one) => holds(one, scope));
    case 'Fn::Contains': {
      const [list, wanted] = pair();
      return (list as readonly unknown[]).some((item) => isSame(item, wanted));
    }
    default:
      throw invalid(`Template error: ${name === '' ? JSON.stringify(expression) : name} is no condition function`);
  }
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(texts(one)) === JSON.stringify(texts(other));
const texts = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
