import * as z from 'zod/mini';

/** The kinds of field that the manifest is made of. Each says its rule in words, for the report and for editors. */

/**
 * A map whose keys are fixed. Zod's issue about unknown keys does not say which keys are known, so its message carries
 * them, separated by spaces, to whoever words the problem.
 */
export function object<Fields extends z.core.$ZodLooseShape>(
  description: string,
  fields: Fields,
): z.ZodMiniObject<Fields, z.core.$strict> {
  const known = Object.keys(fields).join(' ');
  return z
    .strictObject(fields, { error: (issue) => (issue.code === 'unrecognized_keys' ? known : undefined) })
    .check(z.meta({ description }));
}

/** A map whose keys are names that someone chose. */
export function named<Value extends z.core.SomeType>(
  description: string,
  key: z.ZodMiniString,
  value: Value,
): z.ZodMiniRecord<z.ZodMiniString, Value> {
  return z.record(key, value).check(z.meta({ description }));
}

/** Text that follows a pattern; `rule` continues the sentence "<field> must be …". */
export function text(description: string, pattern: RegExp, rule: string): z.ZodMiniString {
  return z.string().check(z.regex(pattern, { error: rule }), z.meta({ description }));
}

/** Text of any kind, but not empty. */
export function anyText(description: string, most = 4096): z.ZodMiniString {
  return z.string().check(z.minLength(1), z.maxLength(most), z.meta({ description }));
}

export function wholeNumber(description: string, from: number, to: number): z.ZodMiniNumberFormat {
  return z.int().check(z.gte(from), z.lte(to), z.meta({ description }));
}

export function oneOf<const Choice extends string>(description: string, ...choices: readonly [Choice, ...Choice[]]) {
  return z.enum(choices).check(z.meta({ description }));
}

/** One of several forms; `rule` continues the sentence "<field> must be …" when none of them is recognised. */
export function either<const Forms extends readonly [z.core.SomeType, ...z.core.SomeType[]]>(
  description: string,
  rule: string,
  forms: Forms,
): z.ZodMiniUnion<Forms> {
  return z.union(forms, { error: rule }).check(z.meta({ description }));
}

export function flag(description: string): z.ZodMiniBoolean {
  return z.boolean().check(z.meta({ description }));
}

export function list<Item extends z.core.SomeType>(description: string, item: Item, atLeast = 0): z.ZodMiniArray<Item> {
  return z.array(item).check(z.minLength(atLeast), z.maxLength(100), z.meta({ description }));
}

/** The same field with a description of its own. */
export function described<Schema extends z.ZodMiniType>(description: string, schema: Schema): Schema {
  return schema.check(z.meta({ description }));
}

/** Gives a part that stands in several places one name in the JSON Schema. */
export function defined<Schema extends z.ZodMiniType>(id: string, schema: Schema): Schema {
  return schema.check(z.meta({ ...z.globalRegistry.get(schema), id }));
}

/** What stands for itself in a parameter path, a secret's or a bucket's name until an environment is chosen. */
const placeholder = '\\{(?:application|environment)\\}';

export const serviceName = text(
  'A service',
  /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
  '1 to 32 of a-z, 0-9 and -, beginning with a letter',
);
export const shortName = text(
  'A name',
  /^[a-z](?:[a-z0-9-]{0,22}[a-z0-9])?$/,
  '1 to 24 of a-z, 0-9 and -, beginning with a letter',
);
export const variableName = text(
  'An environment variable',
  /^[A-Z_][A-Z0-9_]{0,127}$/,
  'A-Z, 0-9 and _, not beginning with a digit, at most 128 characters',
);

export const secretName = text(
  'Name of a Secrets Manager secret, or its complete ARN. {environment} and {application} are filled in.',
  new RegExp(
    `^(?:(?:[A-Za-z0-9/_+=.@-]|${placeholder}){1,512}|arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,519})$`,
  ),
  'the name of a secret (letters, digits and /_+=.@-) or its ARN, with a JSON key apart as "key", never after # or :',
);

export const parameterPath = text(
  'Path of an SSM parameter, or its ARN. {environment} and {application} are filled in.',
  new RegExp(
    `^(?:arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:parameter)?(?:/(?:[A-Za-z0-9_-]|\\.(?!\\.)|${placeholder}){1,128}){1,15}$`,
  ),
  'a path of 1 to 15 levels such as /smartboard/prod/log-level (letters, digits and _.-)',
);

export const bucketName = text(
  'Name of an S3 bucket. {environment} and {application} are filled in.',
  new RegExp(`^(?:[a-z0-9]|${placeholder})(?:[a-z0-9.-]|${placeholder}){1,61}(?:[a-z0-9]|${placeholder})$`),
  'a bucket name: 3 to 63 of a-z, 0-9, . and -',
);

const pathPiece = '(?!\\.{1,2}(?:/|$))[A-Za-z0-9_.@+][A-Za-z0-9_.@+ -]*';

/** Inside the repository by its form alone: no `..`, no drive, no backslash, no beginning with / or -. */
export const repositoryPath = text(
  'Path relative to the repository, with forward slashes',
  new RegExp(`^(?=.{1,1024}$)(?:\\./?|(?:\\./)?${pathPiece}(?:/${pathPiece})*/?)$`),
  'a path inside the repository, with forward slashes, without .., and no pattern with *, ? or [ ]',
);
