import { BuildError } from './build-error.ts';
import type { Instruction } from './dockerfile.ts';

/** How the text behind an instruction is cut into words and filled with variables, as the Dockerfile reference says. */

export type Variables = ReadonlyMap<string, string>;

/** `$NAME`, `${NAME}`, `${NAME:-otherwise}`, `${NAME:+instead}`; `\$` is a dollar sign. */
export function expand(text: string, variables: Variables): string {
  return text.replaceAll(
    /\\\$|\$(?:\{(\w+)(?::([-+])([^}]*))?\}|(\w+))/g,
    (
      match,
      braced: string | undefined,
      operator: string | undefined,
      other: string | undefined,
      bare: string | undefined,
    ) => {
      if (match === '\\$') return '$';
      const value = variables.get(braced ?? bare ?? '') ?? '';
      if (operator === '-') return value === '' ? (other ?? '') : value;
      if (operator === '+') return value === '' ? '' : (other ?? '');
      return value;
    },
  );
}

/** Words as a shell would split them: quotes hold a word together, a backslash takes the next character as it is. */
export function splitWords(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  return words.map(unquote);
}

function unquote(word: string): string {
  return word.replaceAll(
    /"((?:\\.|[^"\\])*)"|'([^']*)'|\\([^$])/g,
    (_match, double: string | undefined, single: string | undefined, escaped: string | undefined) =>
      double?.replaceAll(/\\(["\\])/g, '$1') ?? single ?? escaped ?? '',
  );
}

/** `NAME=value NAME="other value"`, or the old form `NAME value`. */
export function readPairs({ place, rest }: Instruction, variables: Variables): [string, string][] {
  const words = splitWords(rest);
  if (!words[0]!.includes('=')) {
    const [, name = '', value] = /^(\S+)\s+([\s\S]+)$/.exec(rest) ?? [];
    if (value === undefined) throw new BuildError(`${place}: must be NAME=value`);
    return [[name, expand(value, variables)]];
  }
  return words.map((word) => {
    const at = word.indexOf('=');
    if (at < 1) throw new BuildError(`${place}: must be NAME=value`);
    return [expand(word.slice(0, at), variables), expand(word.slice(at + 1), variables)];
  });
}

/** `["node", "index.js"]`, or a line for the shell. */
export function readCommand({ rest }: Instruction): string[] {
  return readArray(rest) ?? ['/bin/sh', '-c', rest];
}

/** The JSON form of an instruction; undefined when it is not one. */
export function readArray(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((item) => typeof item === 'string') ? parsed : undefined;
  } catch {
    return undefined;
  }
}
