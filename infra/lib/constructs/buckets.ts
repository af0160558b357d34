import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Storage } from '../../../lib/core/manifest/model.ts';
import { partitionOf } from '../../../lib/core/names.ts';
import type { Setting } from '../setting.ts';
import { lifecycleOf } from './bucket-lifecycle.ts';
import { addBucketPolicy, addClosedBucket, addLogBucket } from './closed-bucket.ts';

export type BucketsProps = {
  readonly setting: Setting;
  readonly storage: ReadonlyMap<string, Storage>;
  readonly key: string | undefined;
};

/** The manifest's buckets: private, versioned, encrypted, and kept when the stack goes; with a log of who asked for what. */
export class Buckets extends Construct {
  constructor(scope: Construct, id: string, { setting, storage, key }: BucketsProps) {
    super(scope, id);
    const { log, mayWrite } = this.accessLog(setting, [...storage.values()]);
    for (const [name, wanted] of storage) {
      const bucket = addClosedBucket(this, name, {
        key,
        bucketName: wanted.bucket,
        versioningConfiguration: { status: 'Enabled' },
        lifecycleConfiguration: { rules: lifecycleOf(wanted.archive) },
        ...(wanted.corsOrigins.length === 0 ? {} : { corsConfiguration: uploads(wanted.corsOrigins) }),
        loggingConfiguration: { destinationBucketName: log.ref, logFilePrefix: `${name}/` },
      });
      // Delivery is refused until the log's policy allows it.
      bucket.addResourceDependency(mayWrite);
      addBucketPolicy(bucket);
    }
  }

  private accessLog({ account, region }: Setting, logged: readonly Storage[]) {
    const log = addLogBucket(this, 'AccessLog', { days: 90 });
    const mayWrite = addBucketPolicy(log, {
      Sid: 'AccessLogs',
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: `${log.attrArn}/*`,
      Condition: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnEquals: { 'aws:SourceArn': logged.map(({ bucket }) => `arn:${partitionOf(region)}:s3:::${bucket}`) },
      },
    });
    return { log, mayWrite };
  }
}

/** Browsers upload with presigned URLs; they read nothing across origins. */
function uploads(origins: readonly string[]): CfnBucket.CorsConfigurationProperty {
  const rule = { allowedOrigins: [...origins], allowedMethods: ['PUT'], allowedHeaders: ['*'], maxAge: 3600 };
  return { corsRules: [rule] };
}
