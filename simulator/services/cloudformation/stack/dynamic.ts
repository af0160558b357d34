import type { Cloud } from '../../../cloud.ts';
import { notSimulated } from '../../../operation.ts';
import { invalid } from '../errors.ts';

/**
 * A value with its dynamic references replaced by what they refer to now
 * (docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html). Throws ValidationError; no message has
 * a value in it.
 */
export function resolveDynamic(value: unknown, cloud: Pick<Cloud, 'ssm' | 'secrets'>): unknown {
  if (typeof value === 'string')
    return value.replaceAll(reference, (_text, kind: string, key: string) => read(kind, key));
  if (Array.isArray(value)) return value.map((item) => resolveDynamic(item, cloud));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolveDynamic(member, cloud)]));

  function read(kind: string, key: string): string {
    if (kind === 'ssm') return readParameter(key, cloud);
    if (kind === 'secretsmanager') return readSecret(key, cloud);
    throw notSimulated(`dynamic references to ${kind}`);
  }
}

const reference = /\{\{resolve:([a-z-]+):([^{}]+)\}\}/g;

function readParameter(key: string, { ssm }: Pick<Cloud, 'ssm'>): string {
  const [, name = '', version] = /^([^:]+)(?::(\d+))?$/.exec(key) ?? [];
  if (version !== undefined) throw notSimulated('dynamic references to a version of a parameter');
  const found = ssm.valueOf(name);
  if (found === undefined) throw invalid(`Parameters [${name}] cannot be found.`);
  return found;
}

/** `name-or-arn:SecretString:json-key:stage:version`, where everything behind the name may be left out. */
function readSecret(key: string, { secrets }: Pick<Cloud, 'secrets'>): string {
  const [, id = '', kind = 'SecretString', jsonKey = '', stage = '', version = ''] = secretParts.exec(key) ?? [];
  if (kind !== 'SecretString' && kind !== '')
    throw invalid(`Invalid dynamic reference to the secret ${id}: only SecretString`);
  const arn = secrets.arnOf(id);
  if (arn === undefined) throw invalid(`Secrets Manager can't find the specified secret (${id}).`);
  try {
    return secrets.valueFrom(`${arn}:${jsonKey}:${stage}:${version}`);
  } catch (error) {
    throw invalid(`Could not parse SecretString JSON of ${id}: ${error instanceof Error ? error.message : ''}`);
  }
}

const secretParts =
  /^((?:arn:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:)?[^:]+)(?::([^:]*))?(?::([^:]*))?(?::([^:]*))?(?::([^:]*))?$/;
