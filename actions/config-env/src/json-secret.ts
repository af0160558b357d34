import { forbiddenMatch } from '../../../lib/core/environment-names.ts';

/** Why a secret's JSON cannot be used. Never says what stands in it: JSON.parse's own errors quote their input. */
export type JsonProblem =
  { readonly kind: 'not-json' | 'not-an-object' } | { readonly kind: 'duplicate-key' | 'unsafe-key' };

export type JsonSecret = { readonly kind: 'object'; readonly fields: ReadonlyMap<string, unknown> } | JsonProblem;

/** A secret's text as a JSON object, with what JSON.parse passes over in silence refused. */
export function parseJsonSecret(text: string): JsonSecret {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'not-json' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'not-an-object' };
  const keys = topLevelKeys(text);
  if (keys.some((key) => unsafeKeys.has(key))) return { kind: 'unsafe-key' };
  if (new Set(keys).size !== keys.length) return { kind: 'duplicate-key' };
  return { kind: 'object', fields: new Map(Object.entries(value)) };
}

/** The entry of `forbidden` that is a key of the secret, whoever refers to it. */
export function forbiddenKey(text: string, forbidden: readonly string[]): string | undefined {
  const secret = parseJsonSecret(text);
  const keys = secret.kind === 'object' ? [...secret.fields.keys()] : [];
  return keys.map((key) => forbiddenMatch(key, forbidden)).find((match) => match !== undefined);
}

const unsafeKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Keys as they stand in the text of a valid JSON object, repeated ones included. */
function topLevelKeys(text: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  let lastString: string | undefined;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (token === ':' && depth === 1 && lastString !== undefined) keys.push(String(JSON.parse(lastString)));
    lastString = token.startsWith('"') ? token : undefined;
  }
  return keys;
}
