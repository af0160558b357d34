import { z } from 'zod';
import { tagConditions, tagsByKey } from '../../authorization.ts';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { bySecretId, given, secretConditions } from './authorization.ts';
import { secretIdShape, tagListShape } from './shapes.ts';
import { notFound } from './store.ts';
import type { SecretStore } from './store.ts';

/** Operations that delete, restore and tag secrets. */
export function upkeepOperations(store: SecretStore): Record<string, Operation> {
  return {
    DeleteSecret: deleteSecret(store),
    RestoreSecret: restoreSecret(store),
    TagResource: tagResource(store),
    UntagResource: untagResource(store),
  };
}

const deleteSecret = (store: SecretStore) =>
  operation({
    input: z.strictObject({
      SecretId: secretIdShape,
      RecoveryWindowInDays: z.number().int().min(7).max(30).optional(),
      ForceDeleteWithoutRecovery: z.boolean().default(false),
    }),
    resources: bySecretId(store),
    conditions: ({ SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery }) => ({
      ...secretConditions(store, { SecretId }),
      ...given({
        'secretsmanager:RecoveryWindowInDays': RecoveryWindowInDays,
        'secretsmanager:ForceDeleteWithoutRecovery': ForceDeleteWithoutRecovery,
      }),
    }),
    run({ SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery: force }) {
      if (force && RecoveryWindowInDays !== undefined) {
        throw new AwsError(
          'InvalidParameterException',
          "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        );
      }
      const secret = store.require(SecretId);
      const at = store.now();
      const until = new Date(at.getTime() + (force ? 0 : (RecoveryWindowInDays ?? 30)) * 86_400_000);
      secret.deletion = { at, until };
      if (force) store.remove(secret.name);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: until };
    },
  });

const restoreSecret = (store: SecretStore) =>
  operation({
    input: z.strictObject({ SecretId: secretIdShape }),
    resources: bySecretId(store),
    conditions: (input) => secretConditions(store, input),
    run({ SecretId }) {
      const secret = store.find(SecretId);
      if (secret === undefined) throw notFound();
      secret.deletion = undefined;
      return { ARN: secret.arn, Name: secret.name };
    },
  });

const tagResource = (store: SecretStore) =>
  operation({
    input: z.strictObject({ SecretId: secretIdShape, Tags: tagListShape }),
    resources: bySecretId(store),
    conditions: (input) => ({ ...secretConditions(store, input), ...tagConditions(tagsByKey(input.Tags)) }),
    run({ SecretId, Tags }) {
      const { tags } = store.require(SecretId);
      for (const { Key, Value } of Tags) tags.set(Key, Value);
    },
  });

const untagResource = (store: SecretStore) =>
  operation({
    input: z.strictObject({ SecretId: secretIdShape, TagKeys: z.array(z.string()).max(50) }),
    resources: bySecretId(store),
    conditions: (input) => ({ ...secretConditions(store, input), 'aws:TagKeys': input.TagKeys }),
    run({ SecretId, TagKeys }) {
      const { tags } = store.require(SecretId);
      for (const key of TagKeys) tags.delete(key);
    },
  });
