import { credentialsFrom } from './credentials.js';
import { encode, presign } from './sign.js';

/**
 * The bucket of datasets: S3 with the task's role, MinIO with its keys on a laptop.
 * Reads MINIO_BUCKET_DATASETS and AWS_REGION; AWS_ENDPOINT_URL_S3 or MINIO_ENDPOINT where the bucket is not at AWS.
 */
export function openStorage(environment = process.env) {
  const { MINIO_BUCKET_DATASETS: bucket, AWS_REGION: region = 'eu-west-1' } = environment;
  const credentials = credentialsFrom(environment);
  const sign = async (method, key, endpoint) => {
    const url = objectUrl(bucket, region, key, endpoint);
    return presign({ method, url, region, credentials: await credentials(), expiresSeconds: 900 });
  };
  const inside = environment.AWS_ENDPOINT_URL_S3 ?? environment.MINIO_ENDPOINT;
  const outside = environment.MINIO_PUBLIC_ENDPOINT ?? inside;
  return {
    /** Met when a bucket is named and the role's credentials are there. */
    ready: async () => {
      if (!bucket) throw new Error('not set: MINIO_BUCKET_DATASETS');
      await credentials();
    },
    /** Where a browser may PUT this object. */
    uploadUrl: (key) => sign('PUT', key, outside),
    /** The object's bytes; undefined when it is not there (S3 says 403 to whoever may not list the bucket). */
    read: async (key) => {
      const answer = await fetch(await sign('GET', key, inside), { signal: AbortSignal.timeout(10_000) });
      if (answer.ok) return Buffer.from(await answer.arrayBuffer());
      await answer.body?.cancel();
      if (answer.status === 403 || answer.status === 404) return undefined;
      throw new Error(`the bucket answered ${answer.status}`);
    },
  };
}

function objectUrl(bucket, region, key, endpoint) {
  const path = key.split('/').map(encode).join('/');
  return new URL(
    endpoint === undefined ? `https://${bucket}.s3.${region}.amazonaws.com/${path}` : `${endpoint}/${bucket}/${path}`,
  );
}
