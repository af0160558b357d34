import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { inBatches } from './batches.ts';
import { isNamed } from './errors.ts';
import type { Aws } from './session.ts';

/** What DescribeSecret says: that it is there and which version is current. Never a value. */
export type SecretDescription = {
  readonly name: string;
  /** Complete, with its six random characters: partial ARNs of names that end like one do not resolve. */
  readonly arn: string;
  /** The version with the stage AWSCURRENT; undefined while there is none. */
  readonly currentVersion: string | undefined;
  readonly versions: readonly string[];
  readonly isBeingDeleted: boolean;
  readonly description: string | undefined;
};

/** A secret's current value. Confidential. */
export type SecretValue = {
  readonly name: string;
  readonly arn: string;
  readonly version: string;
  /** Undefined for a binary secret. */
  readonly text: string | undefined;
};

/** Why one secret of a batch could not be read: AWS's error name, nothing of its message. */
export type SecretFailure = { readonly id: string; readonly error: string };

const idsPerCall = 20;

const clients = new WeakMap<Aws['configuration'], SecretsManagerClient>();

/** The session's client. */
export function secretsManager(aws: Aws): SecretsManagerClient {
  const client = clients.get(aws.configuration) ?? new SecretsManagerClient(aws.configuration);
  clients.set(aws.configuration, client);
  return client;
}

/** Undefined when there is no such secret. */
export async function describeSecret(aws: Aws, id: string): Promise<SecretDescription | undefined> {
  try {
    const answer = await aws.send(secretsManager(aws), new DescribeSecretCommand({ SecretId: id }));
    const stages = Object.entries(answer.VersionIdsToStages ?? {});
    return {
      name: answer.Name ?? id,
      arn: answer.ARN ?? '',
      currentVersion: stages.find(([, names]) => names.includes('AWSCURRENT'))?.[0],
      versions: stages.map(([version]) => version),
      isBeingDeleted: answer.DeletedDate !== undefined,
      description: answer.Description,
    };
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** Current values, twenty to a call, side by side; what cannot be read is in `failures`, one per secret. */
export async function readSecrets(
  aws: Aws,
  ids: readonly string[],
): Promise<{ values: ReadonlyMap<string, SecretValue>; failures: readonly SecretFailure[] }> {
  const batches = inBatches(ids, idsPerCall);
  const answers = await Promise.all(
    batches.map((SecretIdList) => aws.send(secretsManager(aws), new BatchGetSecretValueCommand({ SecretIdList }))),
  );
  const values = answers
    .flatMap((answer) => answer.SecretValues ?? [])
    .map((value) => ({
      name: value.Name ?? '',
      arn: value.ARN ?? '',
      version: value.VersionId ?? '',
      text: value.SecretString,
    }));
  return {
    values: new Map(values.map((value) => [value.name, value])),
    failures: answers
      .flatMap((answer) => answer.Errors ?? [])
      .map((failure) => ({ id: failure.SecretId ?? '', error: failure.ErrorCode ?? 'unknown' })),
  };
}

export type SecretToWrite = {
  readonly name: string;
  /** Confidential. */
  readonly value: string;
  readonly version: string;
  readonly exists: boolean;
  /** Of a secret that is created; at most 2,048 characters, and no secret itself. */
  readonly description?: string | undefined;
};

/**
 * Makes `version` the current version of a secret, and the secret itself when it is not there. The version's id is
 * the request token, so that a repeated call finds its own work (the secret's first version included).
 */
export async function writeSecret(
  aws: Aws,
  { name, value, version, exists, description }: SecretToWrite,
): Promise<{ arn: string }> {
  if (exists) return putSecretValue(aws, { name, value, version });
  try {
    const created = await aws.send(
      secretsManager(aws),
      new CreateSecretCommand({
        Name: name,
        SecretString: value,
        ClientRequestToken: version,
        ...(description === undefined ? {} : { Description: description }),
      }),
    );
    return { arn: created.ARN ?? '' };
  } catch (error) {
    if (isNamed(error, 'ResourceExistsException')) return putSecretValue(aws, { name, value, version });
    throw error;
  }
}

async function putSecretValue(
  aws: Aws,
  { name, value, version }: { name: string; value: string; version: string },
): Promise<{ arn: string }> {
  const written = await aws.send(
    secretsManager(aws),
    new PutSecretValueCommand({ SecretId: name, SecretString: value, ClientRequestToken: version }),
  );
  return { arn: written.ARN ?? '' };
}
