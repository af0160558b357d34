import { CfnBucket, CfnBucketPolicy, type CfnBucketProps } from 'aws-cdk-lib/aws-s3';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { expireAfter } from './bucket-lifecycle.ts';

export type ClosedBucketProps = Omit<CfnBucketProps, 'bucketEncryption'> & {
  /** ARN of a key of one's own; without it S3's encrypts. */
  readonly key: string | undefined;
};

/** A bucket that nobody outside sees, that only TLS reaches, and that stays when its stack goes. */
export function addClosedBucket(scope: Construct, id: string, { key, ...props }: ClosedBucketProps): CfnBucket {
  const bucket = new CfnBucket(scope, id, {
    publicAccessBlockConfiguration: {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
    bucketEncryption: { serverSideEncryptionConfiguration: [encryption(key)] },
    ...props,
  });
  bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return bucket;
}

/** Its name is CloudFormation's to choose: nobody asks for it. AWS delivers logs only to buckets without a key of one's own. */
export function addLogBucket(scope: Construct, id: string, { days }: { readonly days: number }): CfnBucket {
  const lifecycleConfiguration = { rules: [expireAfter(days)] };
  const bucket = addClosedBucket(scope, id, { key: undefined, lifecycleConfiguration });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason: 'It is where access logs go; a log of its own would log itself.',
  });
  return bucket;
}

/** Its policy: TLS only, and what else is stated. */
export function addBucketPolicy(bucket: CfnBucket, ...statements: readonly object[]): CfnBucketPolicy {
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
  return policy;
}

function encryption(key: string | undefined): CfnBucket.ServerSideEncryptionRuleProperty {
  if (key === undefined) return { serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } };
  return { serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key }, bucketKeyEnabled: true };
}
