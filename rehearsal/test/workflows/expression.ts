/**
 * GitHub's expressions, as far as our conditions use them: how null, text and numbers compare, what is truthy, and
 * functions. https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
 */

export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

export type World = {
  /** Contexts by name: github, inputs, needs, vars. */
  readonly contexts: Readonly<Record<string, Value>>;
  /** Functions that know how the run goes: cancelled, failure, success, always. */
  readonly status: Readonly<Record<string, () => boolean>>;
};

export type Expression = (world: World) => Value;

/** The expression inside `${{ }}`, or a bare one. Throws on what it does not know: no condition is passed over. */
export function compile(source: string): Expression {
  const text = /^\s*\$\{\{([\s\S]*)\}\}\s*$/.exec(source)?.[1] ?? source;
  const tokens = [...text.matchAll(token)].map(([whole]) => whole.trim()).filter((one) => one !== '');
  const left = text.replaceAll(token, '');
  if (left.trim() !== '') throw new Error(`Not understood: ${left.trim()}`);
  const cursor = { tokens, at: 0 };
  const expression = either(cursor);
  if (cursor.at < tokens.length) throw new Error(`Not understood after ${tokens.slice(0, cursor.at).join(' ')}`);
  return expression;
}

export function isTruthy(value: Value): boolean {
  return value !== null && value !== false && value !== 0 && value !== '' && !Number.isNaN(value);
}

/** Whether a condition asks how the run goes; where it does not, GitHub puts `success() &&` before it. */
export function asksForStatus(source: string): boolean {
  return /\b(?:always|cancelled|failure|success)\s*\(/.test(source);
}

const token = /'(?:[^']|'')*'|&&|\|\||==|!=|[!(),]|\.\*|\.?[A-Za-z_][\w-]*|\d+(?:\.\d+)?|\s+/g;

type Cursor = { readonly tokens: readonly string[]; at: number };

function either(cursor: Cursor): Expression {
  let left = both(cursor);
  while (take(cursor, '||')) {
    const [one, other] = [left, both(cursor)];
    left = (world) => {
      const value = one(world);
      return isTruthy(value) ? value : other(world);
    };
  }
  return left;
}

function both(cursor: Cursor): Expression {
  let left = equality(cursor);
  while (take(cursor, '&&')) {
    const [one, other] = [left, equality(cursor)];
    left = (world) => {
      const value = one(world);
      return isTruthy(value) ? other(world) : value;
    };
  }
  return left;
}

function equality(cursor: Cursor): Expression {
  const left = unary(cursor);
  const operator = ['==', '!='].find((one) => take(cursor, one));
  if (operator === undefined) return left;
  const right = unary(cursor);
  return (world) => isEqual(left(world), right(world)) === (operator === '==');
}

function unary(cursor: Cursor): Expression {
  if (!take(cursor, '!')) return primary(cursor);
  const inner = unary(cursor);
  return (world) => !isTruthy(inner(world));
}

function primary(cursor: Cursor): Expression {
  const first = cursor.tokens[cursor.at++] ?? 'the end';
  if (first === '(') {
    const inner = either(cursor);
    expect(cursor, ')');
    return inner;
  }
  if (first.startsWith("'")) return literal(first.slice(1, -1).replaceAll("''", "'"));
  if (/^\d/.test(first)) return literal(Number(first));
  if (first === 'true' || first === 'false') return literal(first === 'true');
  if (first === 'null') return literal(null);
  if (!/^[A-Za-z_]/.test(first)) throw new Error(`Not understood: ${first}`);
  return take(cursor, '(') ? call(first, argumentsOf(cursor)) : property(first, cursor);
}

function argumentsOf(cursor: Cursor): Expression[] {
  const found: Expression[] = [];
  if (take(cursor, ')')) return found;
  do found.push(either(cursor));
  while (take(cursor, ','));
  expect(cursor, ')');
  return found;
}

function call(name: string, given: readonly Expression[]): Expression {
  return (world) => {
    const [first = null, second = null] = given.map((one) => one(world));
    const status = world.status[name];
    if (status !== undefined) return status();
    if (name === 'fromJSON') return JSON.parse(asText(first)) as Value;
    if (name === 'contains') return contains(first, second);
    throw new Error(`Not understood: ${name}()`);
  };
}

/** `needs.*.result` is a list: what the filter finds, of each member. */
function property(context: string, cursor: Cursor): Expression {
  const path: string[] = [];
  while (cursor.tokens[cursor.at]?.startsWith('.')) path.push(cursor.tokens[cursor.at++]!.slice(1));
  return ({ contexts }) => {
    const start = contexts[context];
    if (start === undefined) throw new Error(`There is no context ${context} here`);
    return follow(start, path);
  };
}

function follow(value: Value, [name, ...rest]: readonly string[]): Value {
  if (name === undefined) return value;
  if (typeof value !== 'object' || value === null) return null;
  if (name === '*') return Object.values(value).map((member: Value) => follow(member, rest));
  return follow((value as { readonly [name: string]: Value })[name] ?? null, rest);
}

function contains(where: Value, what: Value): boolean {
  if (Array.isArray(where)) return where.some((member: Value) => isEqual(member, what));
  return asText(where).toLowerCase().includes(asText(what).toLowerCase());
}

function asText(value: Value): string {
  return typeof value === 'object' ? '' : String(value);
}

/** Text without regard to case; of different kinds, as numbers: null and '' are 0, other text is none. */
function isEqual(one: Value, other: Value): boolean {
  if (typeof one === 'string' && typeof other === 'string') return one.toLowerCase() === other.toLowerCase();
  if (typeof one === typeof other && one !== null && other !== null) return one === other;
  return asNumber(one) === asNumber(other);
}

function asNumber(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'object') return Number.NaN;
  return Number(value);
}

function literal(value: Value): Expression {
  return () => value;
}

function take(cursor: Cursor, wanted: string): boolean {
  if (cursor.tokens[cursor.at] !== wanted) return false;
  cursor.at++;
  return true;
}

function expect(cursor: Cursor, wanted: string): void {
  if (!take(cursor, wanted)) throw new Error(`Expected ${wanted} before ${cursor.tokens[cursor.at] ?? 'the end'}`);
}
