import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Archive } from '../../../lib/core/manifest/foundation.ts';

type Rule = CfnBucket.RuleProperty;

/** Days that an overwritten or deleted object can still be fetched back. */
const noncurrentDays = 365;

/**
 * What becomes of objects by and by: archived, and of overwritten and deleted ones the old versions go after a year.
 * Uploads in parts that nobody finished cost like objects and are seen by nobody, so they go after a week.
 */
export function lifecycleOf(archive: Archive): Rule[] {
  return [
    { id: 'unfinished-uploads', status: 'Enabled', abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
    ...(archive.class === 'none' ? [] : [archiving(archive)]),
    {
      id: 'old-versions',
      status: 'Enabled',
      noncurrentVersionExpiration: { noncurrentDays },
      expiredObjectDeleteMarker: true,
    },
  ];
}

export function expireAfter(days: number): Rule {
  return { id: 'expire', status: 'Enabled', expirationInDays: days };
}

/** Versions that are to go sooner than they would be archived stay where they are: S3 wants transitions before expiry. */
function archiving({ class: name, afterDays }: Archive): Rule {
  const storageClass = name === 'glacier' ? 'GLACIER' : 'GLACIER_IR';
  const noncurrent = [{ storageClass, transitionInDays: afterDays }];
  return {
    id: 'archive',
    status: 'Enabled',
    transitions: [{ storageClass, transitionInDays: afterDays }],
    ...(afterDays < noncurrentDays ? { noncurrentVersionTransitions: noncurrent } : {}),
  };
}
