import { createHash } from 'node:crypto';
import type { TemplatePiece } from '../../../lib/core/manifest/model.ts';
import { derivedSecretName } from '../../../lib/core/names.ts';
import type { Trouble } from './lookup.ts';
import { type Composition, type Filled, fillPiece, unusable } from './template-pieces.ts';
import { bytesOf, largestValueBytes } from './values.ts';

/** A secret composed from others, stored under a name of its own. Its value is confidential. */
export type DerivedSecret = {
  readonly service: string;
  readonly variable: string;
  readonly name: string;
  readonly value: string;
  /** Says which template and which versions of its parts the value was made of: equal bases, equal values. */
  readonly versionBasis: string;
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
    derived: {
      service,
      variable,
      name,
      value,
      versionBasis: JSON.stringify([name, ...secrets.map(({ version }) => version)]),
    },
    confidential: [value, ...secrets.map(({ confidential }) => confidential).filter((text) => text !== undefined)],
  };
}

function isTrouble(piece: Filled | Trouble): piece is Trouble {
  return 'code' in piece;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
