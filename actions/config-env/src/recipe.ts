import type { Filled, SecretSource } from './template-pieces.ts';

/**
 * How a derived secret was composed: text with its endpoints as they were then, and where each confidential piece comes
 * from. Kept as the secret's description, so that a later run can refresh the value after a rotation although manifest
 * or endpoints have changed since. Holds no secret.
 */
export type Recipe = readonly (string | SecretSource)[];

const longestDescription = 2048;

export function recipeOf(parts: readonly Filled[]): Recipe {
  const steps: (string | SecretSource)[] = [];
  for (const { text, secret } of parts) {
    const last = steps.at(-1);
    if (secret !== undefined) steps.push(secret.source);
    else if (typeof last === 'string') steps[steps.length - 1] = last + text;
    else steps.push(text);
  }
  return steps;
}

/** Undefined for one that is too long to be kept: it cannot be refreshed once the manifest says something else. */
export function describeRecipe(recipe: Recipe): string | undefined {
  const text = JSON.stringify({ slipway: 1, recipe });
  return text.length > longestDescription ? undefined : text;
}

/** The recipe in a description; undefined when there is none. */
export function parseRecipe(description: string | undefined): Recipe | undefined {
  let read: unknown;
  try {
    read = JSON.parse(description ?? '');
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null || !('slipway' in read) || read.slipway !== 1) return undefined;
  if (!('recipe' in read) || !Array.isArray(read.recipe)) return undefined;
  const steps: readonly unknown[] = read.recipe;
  return steps.every(isStep) ? steps : undefined;
}

function isStep(step: unknown): step is Recipe[number] {
  if (typeof step === 'string') return true;
  if (typeof step !== 'object' || step === null) return false;
  if ('parameter' in step) return typeof step.parameter === 'string';
  return 'secret' in step && typeof step.secret === 'string' && (!('key' in step) || typeof step.key === 'string');
}
