import { malformed } from './malformed.ts';

export type Matcher = (text: string) => boolean;

/** IAM's wildcards: `*` for any text, `?` for one character. */
export function wildcards(pattern: string): Matcher {
  return expression(pattern, (part) => (part === '*' ? '[^]*' : part === '?' ? '[^]' : undefined));
}

/** No wildcards; only `${*}`, `${?}` and `${$}` are read as the characters that they stand for. */
export function literal(text: string): Matcher {
  const plain = text.replaceAll(token, (part) => unescaped(part) ?? part);
  return (value) => value === plain;
}

/** Each of an ARN's six parts by itself: a wildcard in one does not reach into the next. */
export function arn(pattern: string): Matcher {
  const parts = partsOf(pattern).map(wildcards);
  return (text) => {
    const given = partsOf(text);
    return given.length === parts.length && parts.every((matches, at) => matches(given[at]!));
  };
}

function partsOf(text: string): string[] {
  const parts = text.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

const token = /\$\{[^}]*\}|[^]/g;

function expression(pattern: string, wildcard: (part: string) => string | undefined): Matcher {
  const source = pattern.replaceAll(token, (part) => wildcard(part) ?? quoted(unescaped(part) ?? part));
  const compiled = new RegExp(`^${source}$`);
  return (text) => compiled.test(text);
}

const quoted = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** The character that `${*}`, `${?}` or `${$}` means. Every other variable has a value that nobody here knows. */
function unescaped(part: string): string | undefined {
  if (!part.startsWith('${')) return undefined;
  if (['${*}', '${?}', '${$}'].includes(part)) return part[2];
  throw malformed(`The policy variable ${part} is not simulated.`);
}
