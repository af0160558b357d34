import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Storage } from '../../../lib/core/manifest/model.ts';
import { partitionOf } from '../../../lib/core/names.ts';
import type { Setting } from '../setting.ts';
import { expireAfter, lifecycleOf } from './bucket-lifecycle.ts';

export type BucketsProps = {
  readonly setting: Setting;
  readonly storage: ReadonlyMap<string, Storage>;
  readonly key: string | undefined;
};

/** The manifest's buckets: private, versioned, encrypted, and kept when the stack goes; with a log of who asked for what. */
export class Buckets extends Construct {
  constructor(scope: Construct, id: string, { setting, storage, key }: BucketsProps) {
    super(scope, id);
    const log = this.accessLog(setting, [...storage.values()]);
    for (const [name, wanted] of storage) {
      const bucket = new CfnBucket(this, name, {
        bucketName: wanted.bucket,
        ...closed,
        versioningConfiguration: { status: 'Enabled' },
        bucketEncryption: { serverSideEncryptionConfiguration: [encryption(key)] },
        lifecycleConfiguration: { rules: lifecycleOf(wanted.archive) },
        ...(wanted.corsOrigins.length === 0 ? {} : { corsConfiguration: uploads(wanted.corsOrigins) }),
        loggingConfiguration: { destinationBucketName: log.ref, logFilePrefix: `${name}/` },
      });
      bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
      addPolicy(bucket, []);
    }
  }

  /** Its name is CloudFormation's to choose: nobody else asks for it. S3 delivers only to buckets without a key of their own. */
  private accessLog({ account, region }: Setting, logged: readonly Storage[]): CfnBucket {
    const log = new CfnBucket(this, 'AccessLog', {
      ...closed,
      bucketEncryption: { serverSideEncryptionConfiguration: [encryption(undefined)] },
      lifecycleConfiguration: { rules: [expireAfter(90)] },
    });
    log.applyRemovalPolicy(RemovalPolicy.RETAIN);
    addPolicy(log, [
      {
        Sid: 'AccessLogs',
        Effect: 'Allow',
        Principal: { Service: 'logging.s3.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: `${log.attrArn}/*`,
        Condition: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnEquals: { 'aws:SourceArn': logged.map(({ bucket }) => `arn:${partitionOf(region)}:s3:::${bucket}`) },
        },
      },
    ]);
    Validations.of(log).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It is where access logs go; a log of its own would log itself.',
    });
    return log;
  }
}

const closed = {
  publicAccessBlockConfiguration: {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  },
  ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
};

function encryption(key: string | undefined): CfnBucket.ServerSideEncryptionRuleProperty {
  if (key === undefined) return { serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } };
  return { serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key }, bucketKeyEnabled: true };
}

/** Browsers upload with presigned URLs; they read nothing across origins. */
function uploads(origins: readonly string[]): CfnBucket.CorsConfigurationProperty {
  const rule = { allowedOrigins: [...origins], allowedMethods: ['PUT'], allowedHeaders: ['*'], maxAge: 3600 };
  return { corsRules: [rule] };
}

function addPolicy(bucket: CfnBucket, statements: readonly object[]): void {
  const encryptedOnly = {
    Sid: 'EncryptedConnectionsOnly',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 's3:*',
    Resource: [bucket.attrArn, `${bucket.attrArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const policy = new CfnBucketPolicy(bucket, 'Policy', {
    bucket: bucket.ref,
    policyDocument: { Version: '2012-10-17', Statement: [encryptedOnly, ...statements] },
  });
  policy.applyRemovalPolicy(RemovalPolicy.RETAIN);
}
