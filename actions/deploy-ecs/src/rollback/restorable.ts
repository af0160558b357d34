import { findImageDigests } from '../../../../lib/aws/ecr-released-image.ts';
import { countCriticalFindings } from '../../../../lib/aws/ecr-scan-findings.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { describeTaskDefinition, type RegisteredDefinition } from '../../../../lib/aws/task-definition.ts';
import type { Finding } from '../../../../lib/core/errors.ts';
import type { ReleasedService, ReleaseRecord } from '../../../../lib/core/ledger.ts';

/** All that brings one service of a release back, whatever it runs now. */
export type Restorable = {
  readonly name: string;
  readonly released: ReleasedService;
  readonly recorded: RegisteredDefinition;
  /** Every digest by which a task may say that it runs the image. */
  readonly digests: readonly string[];
};

export type Restoration = {
  readonly services: readonly Restorable[];
  /** What is gone: it cannot be brought back. */
  readonly findings: readonly Finding[];
  /** CRITICAL vulnerabilities: it takes `force`. */
  readonly vulnerable: readonly Finding[];
  /** Services whose scan could not be read. */
  readonly unscanned: readonly string[];
};

/** Looks whether images and definitions of a release are still there, and what is known of the images by now. */
export async function readRestoration(aws: Aws, { services }: ReleaseRecord): Promise<Restoration> {
  const read = await Promise.all(Object.entries(services).map(([name, released]) => readOne(aws, name, released)));
  const found = read.filter((one) => 'restorable' in one);
  return {
    services: found.map(({ restorable }) => restorable),
    findings: read.flatMap((one) => ('gone' in one ? [one.gone] : [])),
    vulnerable: found.flatMap(({ restorable: { name }, critical }) =>
      critical > 0 ? [vulnerable(name, critical)] : [],
    ),
    unscanned: found.flatMap(({ restorable: { name }, critical }) => (Number.isNaN(critical) ? [name] : [])),
  };
}

type Read = { readonly restorable: Restorable; readonly critical: number } | { readonly gone: Finding };

async function readOne(aws: Aws, name: string, released: ReleasedService): Promise<Read> {
  const [digests, recorded] = await Promise.all([
    findImageDigests(aws, released),
    describeTaskDefinition(aws, released.taskDefinition),
  ]);
  if (digests === undefined) {
    return gone(
      name,
      `Its image ${released.digest.slice(0, 19)}… is gone from ECR.`,
      "Choose another release. The registry's lifecycle rules must keep tags that begin with `released-`.",
    );
  }
  if (recorded === undefined) {
    return gone(name, `Its definition ${released.taskDefinition} is gone.`, 'Choose another release.');
  }
  const scan = await countCriticalFindings(aws, { repository: released.repository, digests });
  const critical = scan.kind === 'known' ? scan.critical : Number.NaN;
  return { restorable: { name, released, recorded, digests }, critical };
}

function gone(name: string, message: string, remedy: string): Read {
  return { gone: { code: 'E_STATE', message, remedy, place: name } };
}

function vulnerable(name: string, critical: number): Finding {
  return {
    code: 'E_POLICY',
    message: `Its image has ${critical} CRITICAL ${critical === 1 ? 'vulnerability' : 'vulnerabilities'} by now.`,
    remedy: 'Choose another release; or say `force: true`, and the reason is kept.',
    place: name,
  };
}
