import type { Images } from '../../../lib/core/release.ts';
import { markdownTable } from '../../../lib/github/summary.ts';
import type { Decision } from './decide.ts';
import { sizeOf } from './image-index.ts';
import type { BuildPlan } from './plan.ts';
import type { ScanResult } from './scan-gate.ts';
import type { ReadyImage } from './tag.ts';

/** An image as it is told about. */
export type ReportedImage = ReadyImage & {
  readonly how: 'built' | 'cached' | 'retagged' | 'joined';
  readonly seconds: number;
  readonly why: string;
};

/** The output `images`: digests only, in the manifest's order. */
export function imagesOutput(images: readonly ReportedImage[]): string {
  const digests: Images = Object.fromEntries(images.map(({ image, stored }) => [image.service, stored.digest]));
  return JSON.stringify(digests);
}

/** The output `builds`: what was done for each service. */
export function buildsOutput(images: readonly ReportedImage[]): string {
  const builds = images.map(({ image, stored, how, seconds }) => ({
    service: image.service,
    how: how === 'cached' ? 'built' : how,
    fromCache: how === 'cached',
    seconds: Math.round(seconds * 10) / 10,
    digest: stored.digest,
  }));
  return JSON.stringify(builds);
}

/** What is about to be done and why, for the log. */
export function describeDecisions({ registry, tags }: BuildPlan, decisions: readonly Decision[]): string {
  const count = decisions.filter(({ kind }) => kind === 'build').length;
  const head = `${count} of ${decisions.length} images to build for ${registry}, tagged ${tags.join(', ')}`;
  return [head, ...decisions.map((decision) => `  ${describeDecision(decision)}`)].join('\n');
}

function describeDecision(decision: Decision): string {
  const { service, repository, build } = decision.image;
  if (decision.kind === 'retag') return `${service}: unchanged, ${repository} has it as ${decision.stored.digest}`;
  const stage = build.target === undefined ? '' : `, stage ${build.target}`;
  return `${service}: ${build.dockerfile}${stage} for ${build.platforms.join(', ')} → ${repository} (${decision.why})`;
}

/** One line about one service, as the live view of a rehearsal reads it too. */
export function describeImage({ image, stored, how, seconds }: ReportedImage): string {
  return `${image.service}: ${ways[how]}${seconds > 0 ? ` in ${seconds.toFixed(1)} s` : ''}, ${stored.digest}`;
}

const ways = { built: 'built', cached: 'from cache', retagged: 're-tagged', joined: 'joined' } as const;

export type SummaryFacts = {
  readonly tags: readonly string[];
  readonly seconds: number;
  readonly scans: readonly ScanResult[];
};

export function summarise(release: string, images: readonly ReportedImage[], facts: SummaryFacts): string {
  const { tags, seconds, scans } = facts;
  const rows = images.map((reported) => {
    const { image, stored, how } = reported;
    const found = scans.find(({ service }) => service === image.service);
    return [
      image.service,
      how === 'built' || how === 'retagged' ? `${ways[how]} (${reported.why})` : ways[how],
      reported.seconds > 0 ? reported.seconds.toFixed(1) : '',
      describeSize(reported),
      image.build.platforms.join(', '),
      stored.digest,
      ...(scans.length === 0 ? [] : [describeFindings(found)]),
    ];
  });
  const header = ['service', 'image', 'seconds', 'size', 'platforms', 'digest'];
  return [
    `### Images of release ${release}`,
    `${countWays(images)}, pushed and read back in ${seconds.toFixed(1)} s. Tags: ${tags.join(', ')}.`,
    markdownTable(scans.length === 0 ? header : [...header, 'findings'], rows),
  ].join('\n\n');
}

/** `3 images built, 6 re-tagged`. */
function countWays(images: readonly ReportedImage[]): string {
  const parts = (['built', 'cached', 'retagged', 'joined'] as const).flatMap((how) => {
    const number = images.filter((image) => image.how === how).length;
    return number === 0 ? [] : [`${number} ${number === 1 ? 'image' : 'images'} ${ways[how]}`];
  });
  return parts.join(', ');
}

/** Compressed, as it is stored and pulled, and against the image of the commit before. */
function describeSize({ image, stored }: ReportedImage): string {
  const size = sizeOf(stored);
  if (size === undefined) return 'index';
  const before = image.found?.before === undefined ? undefined : sizeOf(image.found.before);
  if (before === undefined) return mebibytes(size);
  const change = size - before;
  return `${mebibytes(size)} (${change >= 0 ? '+' : '−'}${mebibytes(Math.abs(change))})`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function describeFindings(result: ScanResult | undefined): string {
  const counts = new Map<string, number>();
  for (const { severity } of result?.findings ?? []) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  return [...counts].map(([severity, number]) => `${number} ${severity.toLowerCase()}`).join(', ') || 'none';
}

const mostFindings = 100;

/** What scans have found, the worst first. */
export function summariseFindings(scans: readonly ScanResult[]): string {
  const order = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];
  const rank = (severity: string) => (order.includes(severity) ? order.indexOf(severity) : order.length);
  const rows = scans
    .flatMap(({ service, findings, excepted }) => findings.map((finding) => ({ service, finding, excepted })))
    .toSorted((one, other) => rank(one.finding.severity) - rank(other.finding.severity))
    .map(({ service, finding, excepted }) => {
      const { name, severity, where } = finding;
      return [severity, name, service, where, excepted.includes(finding) ? 'let through' : ''];
    });
  const rest = rows.length > mostFindings ? [`${rows.length - mostFindings} more are in ECR.`] : [];
  return [
    '### Findings of the scans',
    markdownTable(['severity', 'finding', 'service', 'in', 'exception'], rows.slice(0, mostFindings)),
    ...rest,
  ].join('\n\n');
}
