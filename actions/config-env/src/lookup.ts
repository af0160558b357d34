import { forbiddenMatch } from '../../../lib/core/environment-names.ts';
import type { ErrorCode } from '../../../lib/core/errors.ts';
import type { Parameter } from '../../../lib/aws/ssm.ts';
import { forbiddenKey, parseJsonSecret } from './json-secret.ts';
import type { Observed } from './observe.ts';
import { checkSecretText, checkText } from './values.ts';

/** A thing that was looked for: there, or a finding (without its place). */
export type Lookup<Found> = ({ readonly ok: true } & Found) | ({ readonly ok: false } & Trouble);

export type Trouble = { readonly code: ErrorCode; readonly message: string; readonly remedy: string };

export type FoundSecret = {
  readonly arn: string;
  readonly version: string;
  /** The text, or the text of the JSON key; undefined when it was not read. Confidential. */
  readonly value: string | undefined;
  /** The role may see that it is there, but not what is in it. */
  readonly unchecked: boolean;
};

export function findParameter(
  observed: Observed,
  name: string,
  forbidden: readonly string[],
): Lookup<{ parameter: Parameter }> {
  const match = forbiddenMatch(name.slice(name.lastIndexOf('/') + 1), forbidden);
  if (match !== undefined) return forbiddenTrouble(`The parameter ${name}`, match);
  const parameter = observed.parameters.get(name);
  if (parameter === undefined) {
    return trouble(
      'E_REMOTE',
      `There is no parameter ${name}.`,
      'Create it in SSM, or let infra do so (`parameters` in the manifest).',
    );
  }
  const broken = parameter.secure ? undefined : checkText(parameter.value);
  if (broken !== undefined)
    return trouble('E_CONFIG', `The value of parameter ${name} ${broken.message}.`, broken.remedy);
  return { ok: true, parameter };
}

export function findSecret(
  observed: Observed,
  { name, key, minLength }: { name: string; key: string | undefined; minLength: number | undefined },
  forbidden: readonly string[],
): Lookup<FoundSecret> {
  const match = key === undefined ? undefined : forbiddenMatch(key, forbidden);
  if (match !== undefined) return forbiddenTrouble(`The key ${key} of secret ${name}`, match);
  const secret = observed.secrets.get(name) ?? { kind: 'missing' };
  switch (secret.kind) {
    case 'missing':
      return trouble(
        'E_REMOTE',
        `There is no secret ${name}.`,
        'Run the infra job, which declares it, or create it in Secrets Manager.',
      );
    case 'being-deleted':
      return trouble(
        'E_CONFIG',
        `The secret ${name} is being deleted.`,
        `Run \`aws secretsmanager restore-secret --secret-id ${name}\`.`,
      );
    case 'without-value':
      return trouble(
        'E_CONFIG',
        `The secret ${name} has no current value.`,
        `Run \`aws secretsmanager put-secret-value --secret-id ${name} …\`.`,
      );
    case 'unreadable':
      return trouble(
        'E_REMOTE',
        `The secret ${name} cannot be read: ${secret.error}.`,
        'Allow secretsmanager:GetSecretValue (and kms:Decrypt, if it has its own key) on it to the role of this job.',
      );
    case 'described':
      return { ok: true, arn: secret.arn, version: secret.version, value: undefined, unchecked: secret.unchecked };
    case 'read': {
      const opened = openSecret(secret.text, { name, key, minLength }, forbidden);
      return opened.ok ? { ...opened, arn: secret.arn, version: secret.version } : opened;
    }
  }
}

function openSecret(
  text: string | undefined,
  { name, key, minLength }: { name: string; key: string | undefined; minLength: number | undefined },
  forbidden: readonly string[],
): Lookup<{ value: string; unchecked: false }> {
  if (text === undefined) return trouble('E_CONFIG', `The secret ${name} is binary.`, 'Store it as text.');
  const match = forbiddenKey(text, forbidden);
  if (match !== undefined) return forbiddenTrouble(`A key of secret ${name}`, match);
  const field = key === undefined ? { ok: true as const, value: text } : fieldOf(text, name, key);
  if (!field.ok) return field;
  const broken = checkSecretText(field.value, minLength);
  if (broken === undefined) return { ok: true, value: field.value, unchecked: false };
  const what = key === undefined ? `secret ${name}` : `key ${key} of secret ${name}`;
  return trouble('E_CONFIG', `The value of ${what} ${broken.message}.`, broken.remedy);
}

function fieldOf(text: string, name: string, key: string): Lookup<{ value: string }> {
  const secret = parseJsonSecret(text);
  const remedy = `Store the secret as a JSON object with the key ${key}.`;
  switch (secret.kind) {
    case 'not-json':
    case 'not-an-object':
      return trouble(
        'E_CONFIG',
        `The secret ${name} is no JSON object, and the key ${key} of it is asked for.`,
        remedy,
      );
    case 'duplicate-key':
      return trouble('E_CONFIG', `The secret ${name} holds a key twice.`, 'Keep one of the two.');
    case 'unsafe-key':
      return trouble('E_CONFIG', `The secret ${name} holds a key that JavaScript treats specially.`, 'Rename it.');
    case 'object':
      break;
  }
  const field = secret.fields.get(key);
  if (field === undefined) return trouble('E_CONFIG', `The secret ${name} has no key ${key}.`, remedy);
  const isScalar = typeof field === 'string' || typeof field === 'number' || typeof field === 'boolean';
  if (!isScalar) return trouble('E_CONFIG', `The key ${key} of secret ${name} holds no text.`, remedy);
  return { ok: true, value: String(field) };
}

function trouble(code: ErrorCode, message: string, remedy: string): { readonly ok: false } & Trouble {
  return { ok: false, code, message, remedy };
}

function forbiddenTrouble(what: string, match: string): { readonly ok: false } & Trouble {
  return trouble(
    'E_POLICY',
    `${what} amounts to ${match}, which must be absent from every source.`,
    'Remove it there; setting it to false is not enough.',
  );
}
