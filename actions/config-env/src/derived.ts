import { createHash } from 'node:crypto';
import type { TemplatePiece } from '../../../lib/core/manifest/model.ts';
import { derivedSecretName } from '../../../lib/core/names.ts';
import type { Trouble } from './lookup.ts';
import { type Recipe, recipeOf } from './recipe.ts';
import {
  type Composition,
  type Filled,
  type FilledSecret,
  fillParameter,
  fillPiece,
  fillSecret,
  unusable,
} from './template-pieces.ts';
import { bytesOf, largestValueBytes } from './values.ts';

/** A secret composed from others, stored under a name of its own. Its value is confidential. */
export type DerivedSecret = {
  readonly name: string;
  readonly value: string;
  /** Says which template and which versions of its parts the value was made of: equal bases, equal values. */
  readonly versionBasis: string;
  readonly recipe: Recipe;
};

/** What came of a template. Without a secret in it, it is a literal like any other. */
export type Composed =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'derived'; readonly derived: DerivedSecret; readonly confidential: readonly string[] }
  | { readonly kind: 'troubles'; readonly troubles: readonly Trouble[] };

/** A template as the manifest has it, and whose variable it is. */
type WrittenTemplate = {
  readonly service: string;
  readonly variable: string;
  readonly template: string;
  readonly pieces: readonly TemplatePiece[];
};

/** Puts the pieces of a template together. Every piece that has no usable value is a trouble of its own. */
export function composeTemplate(
  { service, variable, template, pieces }: WrittenTemplate,
  composition: Composition,
): Composed {
  const filled = pieces.map((piece) => fillPiece(piece, composition));
  const troubles = filled.filter(isTrouble);
  if (troubles.length > 0) return { kind: 'troubles', troubles };
  const parts = filled.filter((piece): piece is Filled => !isTrouble(piece));
  const value = parts.map(({ text }) => text).join('');
  if (bytesOf(value) > largestValueBytes) {
    const tooLarge = { message: 'is larger than 48 KB', remedy: 'Shorten its parts.' };
    return { kind: 'troubles', troubles: [unusable(`The composed value of ${variable}`, tooLarge)] };
  }
  const secrets = parts.map(({ secret }) => secret).filter((secret) => secret !== undefined);
  if (secrets.length === 0) return { kind: 'literal', value };
  const basis = JSON.stringify([template, ...parts.map((part) => part.basis)]);
  const name = derivedSecretName(composition.where, { service, variable, basis }, sha256);
  return {
    kind: 'derived',
    derived: { name, value, versionBasis: versionBasis(name, secrets), recipe: recipeOf(parts) },
    confidential: [value, ...secrets.map(({ confidential }) => confidential).filter((text) => text !== undefined)],
  };
}

/**
 * Composes a derived secret of an earlier release again, with the endpoints that it had then and the passwords of now;
 * undefined when a piece is not there any more.
 */
export function composeAgain(
  name: string,
  recipe: Recipe,
  world: Pick<Composition, 'observed' | 'forbidden'>,
): { derived: DerivedSecret; confidential: readonly string[] } | undefined {
  const filled = recipe.map((step) => {
    if (typeof step === 'string') return { text: step, basis: '', secret: undefined };
    if ('parameter' in step) return fillParameter(step.parameter, world);
    return fillSecret({ name: step.secret, key: step.key }, world);
  });
  if (filled.some(isTrouble)) return undefined;
  const parts = filled.filter((piece): piece is Filled => !isTrouble(piece));
  const value = parts.map(({ text }) => text).join('');
  const secrets = parts.flatMap(({ secret }) => secret ?? []);
  return {
    derived: { name, value, versionBasis: versionBasis(name, secrets), recipe },
    confidential: [value, ...secrets.flatMap(({ confidential }) => confidential ?? [])],
  };
}

function versionBasis(name: string, secrets: readonly FilledSecret[]): string {
  return JSON.stringify([name, ...secrets.map(({ version }) => version)]);
}

function isTrouble(piece: Filled | Trouble): piece is Trouble {
  return 'code' in piece;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
