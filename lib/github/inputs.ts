import { ActionError } from '../core/errors.ts';
import { hasRepeatedKey } from '../core/repeated-key.ts';

/** The `with:` of a step. Every method throws E_INPUT naming the input and the rule, never the value. */
export type Inputs = {
  /** Required. */
  text(name: string): string;
  /** Undefined when it is absent or empty. */
  optional(name: string): string | undefined;
  /** Exactly `true` or `false`; `otherwise` when absent. */
  boolean(name: string, otherwise?: boolean): boolean;
  /** Separated by commas or line ends; empty when absent. */
  list(name: string): readonly string[];
  /** One a line, blank lines left out; empty when absent. For values with commas in them. */
  lines(name: string): readonly string[];
  /** Decimal digits within the limits; `otherwise` when absent. */
  integer(name: string, limits: { readonly min: number; readonly max: number; readonly otherwise?: number }): number;
  /** Parsed JSON, no key of which stands there twice; undefined when absent. */
  json(name: string): unknown;
};

export type Variables = Readonly<Record<string, string | undefined>>;

/** Inputs as the runner hands them on: `role-to-assume` is the variable INPUT_ROLE-TO-ASSUME. */
export function readInputs(variables: Variables): Inputs {
  const raw = (name: string) => variables[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '';

  const optional = (name: string) => {
    const given = raw(name);
    return given === '' ? undefined : oneLine(name, given);
  };

  return {
    optional,
    text: (name) => required(name, optional(name)),
    boolean(name, otherwise) {
      const given = optional(name);
      if (given === undefined) return required(name, otherwise);
      if (given !== 'true' && given !== 'false') throw malformed(name, 'must be true or false');
      return given === 'true';
    },
    list: (name) => splitList(name, raw(name)),
    lines(name) {
      const lines = raw(name).split(/[\r\n]/);
      return lines.filter((line) => line.trim() !== '').map((line) => oneLine(name, line));
    },
    integer(name, { min, max, otherwise }) {
      const given = optional(name);
      if (given === undefined) return required(name, otherwise);
      const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
      if (!(value >= min && value <= max)) throw malformed(name, `must be a whole number from ${min} to ${max}`);
      return value;
    },
    json(name) {
      const given = raw(name);
      return given.trim() === '' ? undefined : parseJson(name, given);
    },
  };
}

function splitList(name: string, given: string): readonly string[] {
  const items = given.split(/[,\r\n]/).filter((item) => item.trim() !== '');
  if (given !== '' && items.length === 0) throw malformed(name, 'was given, and names nothing');
  // Before an entry it is the list's own; behind one it is part of no name that anybody sees.
  if (items.some((item) => /\s$/.test(item))) throw malformed(name, 'has an entry that ends in a blank');
  return items.map((item) => oneLine(name, item));
}

function required<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw malformed(name, 'is required and was not given');
  return value;
}

/** An input that breaks a rule; the message never repeats what was given. */
export function malformed(name: string, rule: string, remedy = `Correct \`${name}\` in the workflow.`): ActionError {
  return new ActionError('E_INPUT', `The input \`${name}\` ${rule}.`, { remedy, place: name });
}

const longestInput = 65_536;
/** Control and format characters: line ends, NUL, escapes, zero-width and direction marks. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function oneLine(name: string, given: string): string {
  const value = given.trim();
  if (value === '') throw malformed(name, 'is blank');
  if (value.length > longestInput) throw malformed(name, `is longer than ${longestInput} characters`);
  if (invisible.test(value))
    throw malformed(name, 'contains a line end, a control character or an invisible character');
  return value;
}

/** JSON.parse quotes what it was given in its message, so that message goes no further. */
function parseJson(name: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed(name, 'must be JSON');
  }
  if (hasRepeatedKey(text)) throw malformed(name, 'has a key twice');
  return value;
}
