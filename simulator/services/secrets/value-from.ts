import { AwsError } from '../../operation.ts';
import type { SecretStore } from './store.ts';
import { selectVersion } from './versions.ts';

type Reference = {
  readonly secretId: string;
  readonly jsonKey: string | undefined;
  readonly stage: string | undefined;
  readonly versionId: string | undefined;
};

/** Takes `arn:…:secret:name-suffix[:json-key:version-stage:version-id]` apart; an empty part means the default. */
export function referenceIn(valueFrom: string): Reference {
  const parts = valueFrom.split(':');
  const given = (at: number) => (parts[at] === undefined || parts[at] === '' ? undefined : parts[at]);
  return { secretId: parts.slice(0, 7).join(':'), jsonKey: given(7), stage: given(8), versionId: given(9) };
}

/** The value that a task definition's `valueFrom` stands for. Throws an Error worded as ECS's agent words it. */
export function resolveValueFrom(store: SecretStore, valueFrom: string): string {
  const reference = referenceIn(valueFrom);
  const value = currentText(store, reference);
  if (reference.jsonKey === undefined) return value;
  const document = parsedObject(value, reference);
  if (!Object.hasOwn(document, reference.jsonKey)) {
    throw new Error(`retrieved secret from Secrets Manager did not contain json key ${reference.jsonKey}`);
  }
  const member = document[reference.jsonKey];
  return typeof member === 'string' ? member : JSON.stringify(member);
}

function currentText(store: SecretStore, { secretId, stage, versionId }: Reference): string {
  try {
    const { value } = selectVersion(store.require(secretId), { id: versionId, stage });
    return 'text' in value ? value.text : Buffer.from(value.binary, 'base64').toString('utf8');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new Error(
      `service call has been retried 1 time(s): failed to fetch secret ${secretId} from secrets manager: ` +
        `${error.code}: ${error.message}`,
      { cause: error },
    );
  }
}

function parsedObject(value: string, { secretId }: Reference): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(value);
    if (typeof document === 'object' && document !== null) return document as Record<string, unknown>;
  } catch {
    // The parser's message would quote the secret.
  }
  throw new Error(`failed to parse secret ${secretId} as JSON to find a key in it`);
}
