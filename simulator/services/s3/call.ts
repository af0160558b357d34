import type { WireRequest } from '../../cloud.ts';
import type { Buckets } from './buckets.ts';

/** A request of S3, taken apart. */
export type S3Call = {
  readonly buckets: Buckets;
  readonly bucket: string;
  /** Empty when the bucket itself is meant. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly request: WireRequest;
};
