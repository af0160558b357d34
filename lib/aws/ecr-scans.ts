import { DescribeImageScanFindingsCommand, type DescribeImageScanFindingsCommandOutput } from '@aws-sdk/client-ecr';
import { ecr } from './ecr.ts';
import { isNamed } from './errors.ts';
import type { Aws } from './session.ts';

/** How far the scan of an image is. */
export type ImageScan =
  /** None was begun yet; right after a push that is so for a moment. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'done'; readonly findings: readonly ScanFinding[] }
  /** It never will be done; `why` is ECR's status, e.g. `UNSUPPORTED_IMAGE`. */
  | { readonly kind: 'impossible'; readonly why: string };

export type ScanFinding = {
  /** `CVE-2026-12345`. */
  readonly name: string;
  /** CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNDEFINED or UNTRIAGED. */
  readonly severity: string;
  /** What has it, e.g. `openssl 3.0.2`; empty when ECR does not say. */
  readonly where: string;
};

/** What basic or enhanced scanning has found in one image; of an index, ask for its images. */
export async function describeScan(aws: Aws, repository: string, digest: string): Promise<ImageScan> {
  const findings: ScanFinding[] = [];
  for (let nextToken: string | undefined; ;) {
    const page = await readPage(aws, { repository, digest, nextToken });
    if (page === undefined) return { kind: 'absent' };
    const status = page.imageScanStatus?.status ?? 'PENDING';
    if (status === 'IN_PROGRESS' || status === 'PENDING') return { kind: 'pending' };
    // Enhanced scanning never completes: ACTIVE means that there are findings, which go on being kept up to date.
    if (status !== 'COMPLETE' && status !== 'ACTIVE') return { kind: 'impossible', why: status };
    findings.push(...readFindings(page));
    nextToken = page.nextToken;
    if (nextToken === undefined) return { kind: 'done', findings };
  }
}

async function readPage(
  aws: Aws,
  { repository, digest, nextToken }: { repository: string; digest: string; nextToken: string | undefined },
): Promise<DescribeImageScanFindingsCommandOutput | undefined> {
  const command = new DescribeImageScanFindingsCommand({
    repositoryName: repository,
    imageId: { imageDigest: digest },
    maxResults: 1000,
    ...(nextToken === undefined ? {} : { nextToken }),
  });
  try {
    return await aws.send(ecr(aws), command);
  } catch (error) {
    if (isNamed(error, 'ScanNotFoundException')) return undefined;
    throw error;
  }
}

function readFindings({ imageScanFindings = {} }: DescribeImageScanFindingsCommandOutput): readonly ScanFinding[] {
  const { findings = [], enhancedFindings = [] } = imageScanFindings;
  const basic = findings.map(({ name = '', severity = 'UNDEFINED', attributes = [] }) => {
    const value = (key: string) => attributes.find((attribute) => attribute.key === key)?.value ?? '';
    return { name, severity, where: `${value('package_name')} ${value('package_version')}`.trim() };
  });
  // Inspector keeps what it has closed for a while, and says so. What somebody has told it to suppress is still there.
  const open = enhancedFindings.filter(({ status }) => status !== 'CLOSED');
  const enhanced = open.map(({ title = '', severity = 'UNDEFINED', packageVulnerabilityDetails = {} }) => {
    const { vulnerabilityId = title, vulnerablePackages = [] } = packageVulnerabilityDetails;
    const where = vulnerablePackages.map(({ name = '', version = '' }) => `${name} ${version}`.trim()).join(', ');
    return { name: vulnerabilityId, severity, where };
  });
  return [...basic, ...enhanced];
}
