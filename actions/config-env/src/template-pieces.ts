import type { Contract } from '../../../lib/core/contract.ts';
import type { InfraValue, TemplatePiece } from '../../../lib/core/manifest/model.ts';
import type { Whereabouts } from '../../../lib/core/names.ts';
import { percentEncode } from '../../../lib/core/percent.ts';
import { findParameter, findSecret, type Trouble } from './lookup.ts';
import type { Observed } from './observe.ts';
import { secretOf } from './references.ts';
import { checkHost, checkPort, checkText, type ValueProblem } from './values.ts';

export type Composition = {
  readonly where: Whereabouts;
  readonly region: string;
  readonly contract: Contract;
  readonly observed: Observed;
  readonly forbidden: readonly string[];
};

/** One piece of a template after its value was found. */
export type Filled = {
  readonly text: string;
  /** What the derived secret's name depends on: the endpoint or name itself, or which secret is meant. */
  readonly basis: string;
  readonly secret: FilledSecret | undefined;
};

export type FilledSecret = {
  readonly source: SecretSource;
  readonly version: string;
  readonly confidential: string | undefined;
};

/** Where a confidential piece comes from. */
export type SecretSource = { readonly secret: string; readonly key?: string } | { readonly parameter: string };

/** The text that stands for one piece of a template, percent-encoded; or what is wrong with its value. */
export function fillPiece(piece: TemplatePiece, composition: Composition): Filled | Trouble {
  const secret = secretOf(piece, composition.contract);
  if (secret !== undefined) return fillSecret(secret, composition);
  switch (piece.kind) {
    case 'text':
      return { text: piece.text, basis: '', secret: undefined };
    case 'parameter':
      return fillParameter(piece.parameter, composition);
    case 'infra':
      return fillInfra(piece.name, composition);
    case 'secret':
      throw new Error('A secret piece always names its secret.');
  }
}

/** Also for what an earlier release composed. */
export function fillSecret(
  secret: { name: string; key: string | undefined },
  { observed, forbidden }: Pick<Composition, 'observed' | 'forbidden'>,
): Filled | Trouble {
  const found = findSecret(observed, { ...secret, minLength: undefined }, forbidden);
  if (!found.ok) return found;
  const encoded = encode(found.value ?? '', `The value of secret ${secret.name}`);
  if (typeof encoded !== 'string') return encoded;
  const { name, key } = secret;
  const confidential = key !== undefined && openKeys.has(key.toLowerCase()) ? undefined : found.value;
  return {
    text: encoded,
    basis: `${name}:${key ?? ''}`,
    secret: {
      source: key === undefined ? { secret: name } : { secret: name, key },
      version: `${found.arn}@${found.version}`,
      confidential,
    },
  };
}

/** Keys of a database secret that are no secret: masked, they would blank half of every log. */
const openKeys = new Set(['username', 'user', 'host', 'hostname', 'port', 'dbname', 'database', 'engine', 'schema']);

/** A SecureString is a secret, any other parameter is text like the template's own. */
export function fillParameter(
  name: string,
  { observed, forbidden }: Pick<Composition, 'observed' | 'forbidden'>,
): Filled | Trouble {
  const found = findParameter(observed, name, forbidden);
  if (!found.ok) return found;
  const { value, version, secure, arn } = found.parameter;
  const broken = checkText(value);
  if (broken !== undefined) return unusable(`The value of parameter ${name}`, broken);
  const encoded = encode(value, `The value of parameter ${name}`);
  if (typeof encoded !== 'string') return encoded;
  if (!secure) return { text: encoded, basis: value, secret: undefined };
  const source = { parameter: name };
  return { text: encoded, basis: name, secret: { source, version: `${arn}@${version}`, confidential: value } };
}

function fillInfra(name: InfraValue, composition: Composition): Filled | Trouble {
  const value = infraValue(name, composition);
  if (value === undefined) {
    return {
      code: 'E_STATE',
      message: `Infra publishes no ${name}.`,
      remedy: 'Declare it in the manifest and run the infra job.',
    };
  }
  if (name.endsWith('.host')) {
    const broken = checkHost(value);
    // A host is no path segment: brackets of an IPv6 address and dots stay as they are.
    return broken === undefined
      ? { text: value, basis: value, secret: undefined }
      : unusable(`The value ${name}`, broken);
  }
  const broken = name.endsWith('.port') ? checkPort(Number(value)) : checkText(value);
  if (broken !== undefined) return unusable(`The value ${name}`, broken);
  const encoded = encode(value, `The value ${name}`);
  return typeof encoded === 'string' ? { text: encoded, basis: value, secret: undefined } : encoded;
}

function infraValue(name: InfraValue, { contract, where, region }: Composition): string | undefined {
  const { database, cache } = contract;
  switch (name) {
    case 'application':
      return where.application;
    case 'environment':
      return where.environment;
    case 'region':
      return region;
    case 'database.host':
      return database?.host;
    case 'database.port':
      return database === undefined ? undefined : String(database.port);
    case 'database.name':
      return database?.name;
    case 'database.sslmode':
      return database?.sslmode;
    case 'cache.host':
      return cache?.host;
    case 'cache.port':
      return cache === undefined ? undefined : String(cache.port);
    case 'database.username':
    case 'database.password':
    case 'cache.token':
      return undefined;
    default:
      return contract.storage.get(name.slice('storage.'.length, -'.bucket'.length))?.bucket;
  }
}

function encode(value: string, what: string): string | Trouble {
  try {
    return percentEncode(value);
  } catch {
    return unusable(what, {
      message: 'does not survive percent-encoding',
      remedy: 'Store it again as well-formed UTF-8.',
    });
  }
}

export function unusable(what: string, { message, remedy }: ValueProblem): Trouble {
  return { code: 'E_CONFIG', message: `${what} ${message}.`, remedy };
}
