import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Cloud, Provisioned, ResourceProperties, ResourceProvider } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { corsShape, type CorsRule } from './cors.ts';

export type StoredObject = {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly modified: Date;
  /** Headers that come back as they were given: content type, `x-amz-meta-…`, checksums. */
  readonly headers: Readonly<Record<string, string>>;
};

export type Bucket = {
  readonly name: string;
  readonly objects: Map<string, StoredObject>;
  corsRules: readonly CorsRule[];
};

/** Buckets of the account. They come by provisioning. */
export class Buckets {
  private readonly buckets = new Map<string, Bucket>();
  private readonly cloud: Cloud;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  get region(): string {
    return this.cloud.region;
  }

  find(name: string): Bucket | undefined {
    return this.buckets.get(name);
  }

  /** Throws NoSuchBucket. */
  require(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined)
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });
    return bucket;
  }

  put(bucket: Bucket, key: string, bytes: Uint8Array, headers: Readonly<Record<string, string>>): StoredObject {
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    const object = { key, bytes, etag, modified: new Date(this.cloud.clock.now()), headers };
    bucket.objects.set(key, object);
    return object;
  }

  /** `AWS::S3::Bucket`. What would only change how a bucket is kept (encryption, public access, life cycle) is accepted. */
  readonly provider: ResourceProvider = {
    nameProperty: 'BucketName',
    namesAre: { lowerCase: true, longest: 63 },
    fixed: ['BucketName'],
    create: (properties) => this.create(properties),
    update: ({ made, properties }) => {
      this.require(made.ref).corsRules = resourceShape.parse(properties).CorsConfiguration?.CorsRules ?? [];
      return made;
    },
    remove: ({ ref }) => this.remove(ref),
  };

  private create(properties: ResourceProperties): Provisioned {
    const { BucketName: name, CorsConfiguration: cors } = resourceShape.parse(properties);
    if (this.buckets.has(name)) {
      throw new AwsError(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        { status: 409 },
      );
    }
    this.buckets.set(name, { name, objects: new Map(), corsRules: cors?.CorsRules ?? [] });
    const domain = `${name}.s3.${this.cloud.region}.amazonaws.com`;
    return {
      ref: name,
      attributes: { Arn: `arn:aws:s3:::${name}`, DomainName: `${name}.s3.amazonaws.com`, RegionalDomainName: domain },
    };
  }

  private remove(name: string): void {
    if ((this.buckets.get(name)?.objects.size ?? 0) > 0)
      throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', { status: 409 });
    this.buckets.delete(name);
  }
}

const kept = z.unknown().optional();

const resourceShape = z.strictObject({
  BucketName: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'not a bucket name'),
  CorsConfiguration: corsShape.optional(),
  AccessControl: z.enum(['Private', 'LogDeliveryWrite', 'BucketOwnerFullControl']).optional(),
  BucketEncryption: kept,
  PublicAccessBlockConfiguration: kept,
  OwnershipControls: kept,
  LifecycleConfiguration: kept,
  VersioningConfiguration: kept,
  LoggingConfiguration: kept,
  Tags: kept,
});
