import { type ScanFinding, describeScan } from '../../../lib/aws/ecr-scans.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { Findings, type Finding } from '../../../lib/core/errors.ts';
import type { ScanException } from '../../../lib/core/manifest/model.ts';
import { imagesOf } from './image-index.ts';
import type { ReadyImage } from './tag.ts';

/** What the scan of one service's image has found. */
export type ScanResult = {
  readonly service: string;
  readonly findings: readonly ScanFinding[];
  /** Those of `findings` that an exception lets through. */
  readonly excepted: readonly ScanFinding[];
};

export type GateWishes = {
  readonly gate: 'high' | 'critical';
  readonly waitMinutes: number;
  readonly exceptions: readonly ScanException[];
};

/**
 * Waits for the scan of every image, and throws Findings for what may not go on: E_POLICY for findings at or above the
 * gate that no exception covers, E_STATE for an image whose scan does not come.
 */
export async function passScanGate(
  aws: Aws,
  images: readonly ReadyImage[],
  wishes: GateWishes,
): Promise<readonly ScanResult[]> {
  const until = aws.clock.elapsed() + wishes.waitMinutes * 60_000;
  const scans = await Promise.all(images.map((ready) => scanOf(aws, ready, until)));
  const today = new Date(aws.clock.now()).toISOString().slice(0, 10);
  const results = scans.map(({ service, findings = [] }): ScanResult => {
    const severe = findings.filter(({ severity }) => stops(severity, wishes.gate));
    const excepted = severe.filter(({ name }) => isExcepted(name, service, { exceptions: wishes.exceptions, today }));
    return { service, findings, excepted };
  });
  const problems = [
    ...scans.flatMap(({ service, problem }) => (problem === undefined ? [] : [unscanned(service, problem)])),
    ...results.flatMap((result) => stopped(result, wishes.gate)),
  ];
  const [first, ...rest] = problems;
  if (first !== undefined) throw new ScanRefusal([first, ...rest], results);
  return results;
}

/** Carries what was found, for the summary. */
export class ScanRefusal extends Findings {
  readonly results: readonly ScanResult[];

  constructor(findings: readonly [Finding, ...Finding[]], results: readonly ScanResult[]) {
    super(findings, 'Scans of images');
    this.results = results;
  }
}

type Scanned = { readonly service: string; readonly findings?: readonly ScanFinding[]; readonly problem?: string };

/** An index is not scanned, the images in it are. */
async function scanOf(aws: Aws, { image, stored }: ReadyImage, until: number): Promise<Scanned> {
  const digests = imagesOf(stored)?.map(({ digest }) => digest) ?? [stored.digest];
  const findings = new Map<string, ScanFinding>();
  for (const digest of digests) {
    const scan = await waitForScan(aws, { repository: image.repository, digest, until });
    if (typeof scan === 'string') return { service: image.service, problem: scan };
    for (const finding of scan) findings.set(`${finding.name} ${finding.where}`, finding);
  }
  return { service: image.service, findings: [...findings.values()] };
}

const pollMs = 5_000;

/** Findings, or in words why there are none to be had. */
async function waitForScan(
  aws: Aws,
  { repository, digest, until }: { repository: string; digest: string; until: number },
): Promise<readonly ScanFinding[] | string> {
  for (;;) {
    const scan = await describeScan(aws, repository, digest);
    if (scan.kind === 'done') return scan.findings;
    if (scan.kind === 'impossible') return `ECR cannot scan it (${scan.why})`;
    if (aws.clock.elapsed() + pollMs > until) {
      return scan.kind === 'absent' ? 'no scan was begun' : 'its scan is not done';
    }
    await aws.clock.sleep(pollMs);
  }
}

function stops(severity: string, gate: GateWishes['gate']): boolean {
  return severity === 'CRITICAL' || (gate === 'high' && severity === 'HIGH');
}

function isExcepted(
  name: string,
  service: string,
  { exceptions, today }: { exceptions: readonly ScanException[]; today: string },
): boolean {
  return exceptions.some(
    ({ finding, until, services }) =>
      finding === name && until >= today && (services.length === 0 || services.includes(service)),
  );
}

function stopped({ service, findings, excepted }: ScanResult, gate: GateWishes['gate']): readonly Finding[] {
  const severe = findings.filter((finding) => stops(finding.severity, gate) && !excepted.includes(finding));
  if (severe.length === 0) return [];
  const names = severe
    .slice(0, mostNames)
    .map(({ name, severity, where }) => `${name} (${[severity, where].join(' ').trim()})`);
  const more = severe.length > mostNames ? ` and ${severe.length - mostNames} more` : '';
  return [
    {
      code: 'E_POLICY',
      place: `services.${service}`,
      message: `The image has findings that \`scan-gate: ${gate}\` stops: ${names.join(', ')}${more}.`,
      remedy: 'Mend the image, or let a finding through for a while under `scan.exceptions` in the manifest.',
    },
  ];
}

const mostNames = 10;

function unscanned(service: string, problem: string): Finding {
  return {
    code: 'E_STATE',
    place: `services.${service}`,
    message: `The image has no scan result: ${problem}.`,
    remedy: 'Switch scan on push on for the repository, raise `scan-wait-minutes`, or set `scan-gate: none`.',
  };
}
