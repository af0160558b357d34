import { z } from 'zod';
import { tagConditions, tagging, tagsByKey } from '../../authorization.ts';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { bySecretId, given, secretConditions } from './authorization.ts';
import { limits, newSecretShape, secretIdShape, tokenShape, valueIn } from './shapes.ts';
import type { Secret, SecretStore } from './store.ts';
import { addVersion } from './versions.ts';

/** Operations that give secrets values. */
export function writingOperations(store: SecretStore): Record<string, Operation> {
  return {
    CreateSecret: createSecretOperation(store),
    PutSecretValue: putSecretValue(store),
    UpdateSecret: updateSecret(store),
  };
}

type NewSecret = z.output<typeof newSecretShape>;

const secretMembers = ['SecretString', 'SecretBinary'];

const createSecretOperation = (store: SecretStore) =>
  operation<NewSecret>({
    input: newSecretShape,
    resources: ({ Name }) => [store.arnOf(Name)],
    conditions: ({ Name, Description, KmsKeyId, Tags }) => ({
      ...tagConditions(tagsByKey(Tags)),
      ...given({
        'secretsmanager:Name': Name,
        'secretsmanager:Description': Description,
        'secretsmanager:KmsKeyId': KmsKeyId,
      }),
    }),
    dependents: ({ Name, Tags }) => tagging('secretsmanager:TagResource', store.arnOf(Name), tagsByKey(Tags)),
    secretMembers,
    run(input) {
      const { secret, versionId } = createSecret(store, input);
      return { ARN: secret.arn, Name: secret.name, VersionId: versionId };
    },
  });

/** Makes a secret; the same request with the same token again is the same secret. Throws AwsError. */
export function createSecret(store: SecretStore, input: NewSecret): { secret: Secret; versionId: string | undefined } {
  const { Name, Description, KmsKeyId, Tags = [] } = input;
  const existing = store.byName(Name);
  if (existing?.deletion !== undefined) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const value = valueIn(input);
  const id = input.ClientRequestToken ?? store.newVersionId();
  if (existing !== undefined) {
    const same = existing.versions.some((it) => it.id === id && JSON.stringify(it.value) === JSON.stringify(value));
    if (same) return { secret: existing, versionId: id };
    throw new AwsError('ResourceExistsException', `The operation failed because the secret ${Name} already exists.`);
  }
  const secret = store.create(Name, { description: Description, kmsKeyId: KmsKeyId });
  for (const { Key, Value } of Tags) secret.tags.set(Key, Value);
  if (value === undefined) return { secret, versionId: undefined };
  addVersion(secret, { id, value, stages: ['AWSCURRENT'], now: store.now() });
  return { secret, versionId: id };
}

const putSecretValue = (store: SecretStore) =>
  operation({
    input: z.strictObject({
      SecretId: secretIdShape,
      ClientRequestToken: tokenShape.optional(),
      SecretString: z.string().max(limits.secretBytes).optional(),
      SecretBinary: z.base64().optional(),
      VersionStages: z.array(z.string().min(1)).min(1).max(20).default(['AWSCURRENT']),
    }),
    resources: bySecretId(store),
    conditions: (input) => secretConditions(store, input),
    secretMembers,
    run(input) {
      const secret = store.require(input.SecretId);
      const value = valueIn(input);
      if (value === undefined) {
        throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
      }
      const id = input.ClientRequestToken ?? store.newVersionId();
      const version = addVersion(secret, { id, value, stages: input.VersionStages, now: store.now() });
      return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: [...version.stages] };
    },
  });

const updateSecret = (store: SecretStore) =>
  operation({
    input: z.strictObject({
      SecretId: secretIdShape,
      ClientRequestToken: tokenShape.optional(),
      Description: z.string().max(2048).optional(),
      KmsKeyId: z.string().optional(),
      SecretString: z.string().max(limits.secretBytes).optional(),
      SecretBinary: z.base64().optional(),
    }),
    resources: bySecretId(store),
    conditions: (input) => ({
      ...secretConditions(store, input),
      ...given({ 'secretsmanager:Description': input.Description, 'secretsmanager:KmsKeyId': input.KmsKeyId }),
    }),
    secretMembers,
    run(input) {
      const secret = store.require(input.SecretId);
      secret.description = input.Description ?? secret.description;
      secret.kmsKeyId = input.KmsKeyId ?? secret.kmsKeyId;
      const value = valueIn(input);
      if (value === undefined) return { ARN: secret.arn, Name: secret.name };
      const id = input.ClientRequestToken ?? store.newVersionId();
      addVersion(secret, { id, value, stages: ['AWSCURRENT'], now: store.now() });
      return { ARN: secret.arn, Name: secret.name, VersionId: id };
    },
  });
