import type { Cloud, ResourceProvider } from '../../cloud.ts';
import type { Protocol } from '../../transport/exchange.ts';
import { Buckets } from './buckets.ts';
import { s3Protocol } from './protocol.ts';

/** S3: objects in buckets, with presigned URLs. */
export function createS3(cloud: Cloud): {
  readonly protocol: Protocol;
  readonly resources: Record<string, ResourceProvider>;
  /** For services that read from buckets themselves. */
  readonly objects: { textOf(bucket: string, key: string): string | undefined };
} {
  const buckets = new Buckets(cloud);
  return {
    protocol: s3Protocol(cloud, buckets),
    resources: { 'AWS::S3::Bucket': buckets.provider },
    objects: {
      textOf(bucket, key) {
        const object = buckets.find(bucket)?.objects.get(key);
        return object && Buffer.from(object.bytes).toString('utf8');
      },
    },
  };
}
