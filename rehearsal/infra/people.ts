import { randomBytes, randomUUID } from 'node:crypto';
import { PutBucketCorsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Aws } from '../../lib/aws/session.ts';
import type { SelectedManifest } from '../../lib/core/manifest/select.ts';
import { clusterName } from '../../lib/core/names.ts';
import { changeDatabasePassword } from './database-password.ts';
import { referredParameters, referredSecrets } from './references.ts';

export type LeftToPeople = {
  readonly manifest: SelectedManifest;
  /** Names of secrets that people forget. */
  readonly missingSecrets: readonly string[];
  /** Where this machine's browser finds the application; its pages upload straight to buckets. */
  readonly origin: string | undefined;
};

/**
 * What the infrastructure leaves to people, done as they would: secrets without a value, parameters without one, the
 * origin of the pages in each bucket's CORS, and a rotation of the database's password to one that a careless URL breaks on.
 * `aws` is an administrator's session.
 */
export async function doWhatPeopleDo(aws: Aws, left: LeftToPeople): Promise<void> {
  const { manifest, origin } = left;
  await Promise.all([
    fillInSecrets(new SecretsManagerClient(aws.configuration), left),
    fillInParameters(new SSMClient(aws.configuration), manifest),
    ...(origin === undefined
      ? []
      : [allowOrigin(new S3Client({ ...aws.configuration, forcePathStyle: true }), manifest, origin)]),
  ]);
  if (manifest.database !== undefined) await rotatePassword(aws, manifest, manifest.database.secret);
}

async function fillInSecrets(secrets: SecretsManagerClient, { manifest, missingSecrets }: LeftToPeople): Promise<void> {
  const wanted = [...referredSecrets([...manifest.services.values()])];
  for (const [name, keys] of wanted.filter(([one]) => !missingSecrets.includes(one))) {
    const found = await secrets.send(new DescribeSecretCommand({ SecretId: name })).catch(undefinedIfAbsent);
    if (Object.keys(found?.VersionIdsToStages ?? {}).length > 0) continue;
    const value = Object.fromEntries([...keys].map((key) => [key, token()]));
    const SecretString = keys.size === 0 ? token() : JSON.stringify(value);
    if (found === undefined) await secrets.send(new CreateSecretCommand({ Name: name, SecretString }));
    else await secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString }));
  }
}

function undefinedIfAbsent(error: unknown): undefined {
  if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
  throw error;
}

/** SSM gives ten at a time. */
const namesPerCall = 10;

async function fillInParameters(ssm: SSMClient, manifest: SelectedManifest): Promise<void> {
  const open = [...referredParameters(manifest)].filter(([, value]) => value === undefined).map(([name]) => name);
  for (let start = 0; start < open.length; start += namesPerCall) {
    const Names = open.slice(start, start + namesPerCall);
    const { InvalidParameters = [] } = await ssm.send(new GetParametersCommand({ Names }));
    for (const Name of InvalidParameters)
      await ssm.send(new PutParameterCommand({ Name, Type: 'String', Value: `rehearsal-${randomUUID()}` }));
  }
}

/** Beside those that the manifest names. */
async function allowOrigin(s3: S3Client, { storage }: SelectedManifest, origin: string): Promise<void> {
  for (const { bucket, corsOrigins } of storage.values()) {
    const rule = { AllowedMethods: ['PUT'], AllowedHeaders: ['*'], MaxAgeSeconds: 3600 };
    const CORSRules = [{ ...rule, AllowedOrigins: [...corsOrigins, origin] }];
    await s3.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules } }));
  }
}

/** First where it is checked, then where it is read: what the secret says else, its database's address, stays. */
async function rotatePassword(aws: Aws, manifest: SelectedManifest, SecretId: string): Promise<void> {
  const secrets = new SecretsManagerClient(aws.configuration);
  const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  const password = hostilePassword();
  const { application, environment } = manifest;
  await changeDatabasePassword(aws, clusterName({ application, environment: environment.name }), password);
  const rotated = { ...(JSON.parse(SecretString) as object), password };
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(rotated) }));
}

/** Every character that RDS allows and that a careless URL breaks on. */
const hostilePassword = () => `${token()}%2F!'()*&=+ ?#[]`;
const token = () => randomBytes(24).toString('base64url');
