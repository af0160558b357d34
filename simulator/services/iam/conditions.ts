import type { ConditionValues } from '../../authorization.ts';
import { valuesOf } from './condition-keys.ts';
import { malformed } from './malformed.ts';
import { arn, literal, wildcards, type Matcher } from './pattern.ts';

/** One operator on one key. */
export type Condition = { readonly key: string; readonly holds: (value: Value) => boolean };

export type Value = string | readonly string[] | undefined;

/**
 * Reads `{ operator: { key: wanted } }`. Throws MalformedPolicyDocument for operators and keys that the simulator does
 * not know, and for a key with several values that is asked without ForAllValues or ForAnyValue: what AWS makes of
 * that is not documented.
 */
export function readConditions(
  document: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
): Condition[] {
  return Object.entries(document).flatMap(([operator, entries]) =>
    Object.entries(entries).map(([key, wanted]) => {
      const values = valuesOf(key);
      if (values === undefined) throw malformed(`Condition key ${key} is not simulated.`);
      return { key: key.toLowerCase(), holds: operatorNamed(operator, wanted, { key, values }) };
    }),
  );
}

/** Whether all hold. Key names are compared without regard to case. */
export function allHold(conditions: readonly Condition[], values: ConditionValues): boolean {
  if (conditions.length === 0) return true;
  const known = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));
  return conditions.every(({ key, holds }) => holds(known.get(key)));
}

type Key = { readonly key: string; readonly values: 'one' | 'several' };

function operatorNamed(name: string, wanted: readonly string[], { key, values }: Key): Condition['holds'] {
  const [, set, comparison = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  if (comparison === 'Null' && set === undefined && ifExists === undefined) return isNull(wanted);
  const negated = Object.hasOwn(opposites, comparison);
  const read = comparisons[negated ? opposites[comparison]! : comparison];
  if (read === undefined) throw malformed(`Condition operator ${name} is not simulated.`);
  if (values === 'several' && set === undefined)
    throw malformed(`${key} has several values: ${name} needs ForAllValues or ForAnyValue.`);

  const matchers = wanted.map(read);
  const matches: Matcher = (value) => matchers.some((one) => one(value)) !== negated;
  return (value) => {
    const given = value === undefined ? [] : [value].flat();
    if (set === 'ForAllValues') return given.every(matches);
    if (given.length === 0) return ifExists !== undefined || (negated && set === undefined);
    return given.some(matches);
  };
}

/** "true" wants the key to be absent. */
function isNull(wanted: readonly string[]): Condition['holds'] {
  return (value) => wanted.some((text) => (text.toLowerCase() === 'true') === (value === undefined));
}

type Comparison = (wanted: string) => Matcher;

const numeric =
  (compare: (value: number, wanted: number) => boolean): Comparison =>
  (text) => {
    const wanted = Number(text);
    if (text.trim() === '' || Number.isNaN(wanted)) throw malformed(`${text} is no number.`);
    return (value) => compare(Number(value), wanted);
  };

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: literal,
  StringEqualsIgnoreCase: (wanted) => {
    const matches = literal(wanted.toLowerCase());
    return (value) => matches(value.toLowerCase());
  },
  StringLike: wildcards,
  ArnEquals: arn,
  ArnLike: arn,
  Bool: (wanted) => (value) => value.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: numeric((value, wanted) => value === wanted),
  NumericLessThan: numeric((value, wanted) => value < wanted),
  NumericLessThanEquals: numeric((value, wanted) => value <= wanted),
  NumericGreaterThan: numeric((value, wanted) => value > wanted),
  NumericGreaterThanEquals: numeric((value, wanted) => value >= wanted),
};

/** They hold where the other does not, and also where the key has no value. */
const opposites: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};
