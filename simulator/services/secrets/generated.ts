import { z } from 'zod';
import type { Random } from '../../random.ts';

/** `GenerateSecretString` of a template. */
export const generateShape = z.strictObject({
  PasswordLength: z.number().int().min(1).max(4096).default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: z.boolean().default(false),
  ExcludeUppercase: z.boolean().default(false),
  ExcludeNumbers: z.boolean().default(false),
  ExcludePunctuation: z.boolean().default(false),
  IncludeSpace: z.boolean().default(false),
  /** Every kind of character at least once; always so here, as it is AWS's default. */
  RequireEachIncludedType: z.boolean().default(true),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
});

type Wishes = z.output<typeof generateShape>;

/** A password, or the template's JSON object with the password under its key. */
export function generatedString(wishes: Wishes, random: Random): string {
  const password = generatedPassword(wishes, random);
  const { SecretStringTemplate: template, GenerateStringKey: key } = wishes;
  if (template === undefined || key === undefined) return password;
  return JSON.stringify({ ...(JSON.parse(template) as Record<string, unknown>), [key]: password });
}

function generatedPassword(wishes: Wishes, random: Random): string {
  const kinds = [
    wishes.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    wishes.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    wishes.ExcludeNumbers ? '' : '0123456789',
    wishes.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    wishes.IncludeSpace ? ' ' : '',
  ]
    .map((kind) => without(kind, wishes.ExcludeCharacters))
    .filter((kind) => kind !== '');
  const required = kinds.map((kind) => random.text(1, kind)).slice(0, wishes.PasswordLength);
  const free = random.text(wishes.PasswordLength - required.length, kinds.join(''));
  return shuffled([...required, ...free.split('')], random).join('');
}

function without(characters: string, excluded: string): string {
  return characters
    .split('')
    .filter((character) => !excluded.includes(character))
    .join('');
}

function shuffled(characters: readonly string[], random: Random): string[] {
  return characters
    .map((character) => ({ character, place: random.next() }))
    .sort((one, other) => one.place - other.place)
    .map(({ character }) => character);
}
