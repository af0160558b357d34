import { DescribeImageScanFindingsCommand } from '@aws-sdk/client-ecr';
import { ecr } from './ecr.ts';
import type { Aws } from './session.ts';

/** `unknown`: never scanned, or not for us to read. */
export type ScanResult = { readonly kind: 'known'; readonly critical: number } | { readonly kind: 'unknown' };

/** Scanning is a look beside the road: nobody waits long for it. */
const deadlineMs = 5_000;

/**
 * How many CRITICAL vulnerabilities the registry's scan has found in an image. `digests` as `findImageDigests` gives
 * them: an index itself is never scanned, the images in it are. Never throws.
 */
export async function countCriticalFindings(
  aws: Aws,
  { repository, digests }: { repository: string; digests: readonly string[] },
): Promise<ScanResult> {
  const scanned = digests.length > 1 ? digests.slice(1) : digests;
  const results = await Promise.all(scanned.map((digest) => countOf(aws, repository, digest)));
  const known = results.filter((count) => count !== undefined);
  return known.length === 0 ? { kind: 'unknown' } : { kind: 'known', critical: Math.max(...known) };
}

async function countOf(aws: Aws, repositoryName: string, imageDigest: string): Promise<number | undefined> {
  const command = new DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageDigest }, maxResults: 1 });
  try {
    const { imageScanFindings, imageScanStatus } = await aws.send(ecr(aws), command, { deadlineMs });
    const isOver = imageScanStatus?.status === 'COMPLETE' || imageScanStatus?.status === 'ACTIVE';
    return isOver ? (imageScanFindings?.findingSeverityCounts?.CRITICAL ?? 0) : undefined;
  } catch {
    // Never scanned, nothing that could be scanned (an attestation in an index), or not for us to read.
    return undefined;
  }
}
