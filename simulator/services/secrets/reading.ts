import { z } from 'zod';
import { AwsError, notSimulated, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from '../page.ts';
import { bySecretId, given, secretConditions } from './authorization.ts';
import { limits, secretIdShape } from './shapes.ts';
import type { Secret, SecretStore } from './store.ts';
import { notFound } from './store.ts';
import { selectVersion } from './versions.ts';

/** Operations that read secrets. */
export function readingOperations(store: SecretStore): Record<string, Operation> {
  return {
    GetSecretValue: getSecretValue(store),
    BatchGetSecretValue: batchGetSecretValue(store),
    DescribeSecret: describeSecret(store),
    ListSecrets: listSecrets(store),
  };
}

const getSecretValue = (store: SecretStore) =>
  operation({
    input: z.strictObject({
      SecretId: secretIdShape,
      VersionId: z.string().optional(),
      VersionStage: z.string().optional(),
    }),
    resources: bySecretId(store),
    conditions: ({ SecretId, VersionId, VersionStage }) => ({
      ...secretConditions(store, { SecretId }),
      ...given({ 'secretsmanager:VersionId': VersionId, 'secretsmanager:VersionStage': VersionStage }),
    }),
    run: ({ SecretId, VersionId, VersionStage }) =>
      withValue(store.require(SecretId), { id: VersionId, stage: VersionStage }),
  });

const batchGetSecretValue = (store: SecretStore) =>
  operation({
    input: z.strictObject({
      SecretIdList: z.array(secretIdShape).min(1).max(limits.idsPerBatch),
      Filters: z.array(z.unknown()).optional(),
      MaxResults: z.number().optional(),
      NextToken: z.string().optional(),
    }),
    run({ SecretIdList, Filters }, { cloud, principal }) {
      if (Filters !== undefined) throw notSimulated('filters of BatchGetSecretValue');
      const answers = SecretIdList.map((id) => {
        try {
          const conditions = secretConditions(store, { SecretId: id });
          const request = { action: 'secretsmanager:GetSecretValue', resource: store.arnOf(id), conditions };
          cloud.iam.authorize(principal, 'secretsmanager:BatchGetSecretValue', [request]);
          return { value: withValue(store.require(id), {}) };
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          return { error: { SecretId: id, ErrorCode: error.code, Message: error.message } };
        }
      });
      return {
        SecretValues: answers.flatMap(({ value }) => (value === undefined ? [] : [value])),
        Errors: answers.flatMap(({ error }) => (error === undefined ? [] : [error])),
      };
    },
  });

const describeSecret = (store: SecretStore) =>
  operation({
    input: z.strictObject({ SecretId: secretIdShape }),
    resources: bySecretId(store),
    conditions: (input) => secretConditions(store, input),
    run({ SecretId }) {
      const secret = store.find(SecretId);
      if (secret === undefined) throw notFound();
      return { ...described(secret), VersionIdsToStages: stagesById(secret), CreatedDate: secret.created };
    },
  });

const filterShape = z.strictObject({
  Key: z.enum(['name', 'description', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all']),
  Values: z.array(z.string()).min(1).max(10),
});

const listSecrets = (store: SecretStore) =>
  operation({
    input: z.strictObject({
      MaxResults: z.number().int().min(1).max(limits.secretsPerPage).default(limits.secretsPerPage),
      NextToken: z.string().optional(),
      Filters: z.array(filterShape).max(10).default([]),
      IncludePlannedDeletion: z.boolean().default(false),
      SortOrder: z.enum(['asc', 'desc']).default('desc'),
    }),
    run({ MaxResults, NextToken, Filters, IncludePlannedDeletion, SortOrder }) {
      const other = Filters.find(({ Key }) => Key !== 'name');
      if (other !== undefined) throw notSimulated(`the filter ${other.Key} of ListSecrets`);
      const found = store
        .all()
        .filter((secret) => IncludePlannedDeletion || secret.deletion === undefined)
        .filter(({ name }) => Filters.every(({ Values }) => Values.some((prefix) => name.startsWith(prefix))));
      const sorted = SortOrder === 'asc' ? found : found.toReversed();
      const { items, next } = page(sorted, MaxResults, NextToken, 'InvalidNextTokenException');
      return {
        SecretList: items.map((secret) => ({ ...described(secret), SecretVersionsToStages: stagesById(secret) })),
        NextToken: next,
      };
    },
  });

function withValue(secret: Secret, wanted: { id?: string | undefined; stage?: string | undefined }) {
  const version = selectVersion(secret, wanted);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    VersionStages: [...version.stages],
    CreatedDate: version.created,
    ...('text' in version.value ? { SecretString: version.value.text } : { SecretBinary: version.value.binary }),
  };
}

function described(secret: Secret) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    LastChangedDate: secret.changed,
    DeletedDate: secret.deletion?.at,
    Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
  };
}

/** Versions that have lost every stage are deprecated and not shown. */
function stagesById(secret: Secret): Record<string, string[]> {
  return Object.fromEntries(
    secret.versions.filter((it) => it.stages.size > 0).map(({ id, stages }) => [id, [...stages]]),
  );
}
