import { z } from 'zod';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { requireImage } from './image-lookup.ts';
import { configOf } from './pull.ts';
import { imageIdShape, ownRegistry, repositoryNameShape } from './shapes.ts';
import type { Registry, Repository, StoredManifest } from './store.ts';

/** Seconds after its start until a scan can be found at all, and until it is complete. */
const timing = { found: 2, complete: 15 };

/** Label of an image that says what a scan of it finds, e.g. `CRITICAL=1,HIGH=3`. Without it nothing is found. */
const findingsLabel = 'simulator.findings';

const severities = z.enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNDEFINED']);

/** Basic scanning: on push where the repository says so, or on request once a day. An index itself is never scanned. */
export function scanOperations(registry: Registry): Record<string, Operation> {
  const named = { registryId: ownRegistry(registry), repositoryName: repositoryNameShape, imageId: imageIdShape };
  const resources = ({ repositoryName }: { repositoryName: string }) => [registry.arnOf(repositoryName)];
  return {
    StartImageScan: operation({
      input: z.strictObject(named),
      resources,
      run({ repositoryName, imageId }) {
        const image = requireImage(registry, registry.require(repositoryName), imageId);
        if (image.manifest.kind === 'index') {
          throw new AwsError('UnsupportedImageTypeException', 'The image is of a type that cannot be scanned.');
        }
        if (image.scanned !== undefined && registry.now().getTime() - image.scanned.getTime() < 86_400_000) {
          throw new AwsError(
            'LimitExceededException',
            `The scan quota per image has been exceeded. Wait and try again. (image ${image.digest})`,
          );
        }
        image.scanned = registry.now();
        return { ...imageIn(registry, repositoryName, image), imageScanStatus: { status: 'IN_PROGRESS' } };
      },
    }),
    DescribeImageScanFindings: operation({
      input: z.strictObject({ ...named, nextToken: z.string().optional(), maxResults: z.number().int().optional() }),
      resources,
      run({ repositoryName, imageId }) {
        const repository = registry.require(repositoryName);
        const image = requireImage(registry, repository, imageId);
        const age = image.scanned === undefined ? 0 : (registry.now().getTime() - image.scanned.getTime()) / 1000;
        if (image.scanned === undefined || age < timing.found) throw scanNotFound(registry, repositoryName, image);
        const described = imageIn(registry, repositoryName, image);
        if (age < timing.complete) return { ...described, imageScanStatus: { status: 'IN_PROGRESS' } };
        return {
          ...described,
          imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
          imageScanFindings: { imageScanCompletedAt: image.scanned, ...findings(repository, image) },
        };
      },
    }),
  };
}

function imageIn(registry: Registry, repositoryName: string, { digest }: StoredManifest) {
  return { registryId: registry.account, repositoryName, imageId: { imageDigest: digest } };
}

function findings(repository: Repository, { manifest }: StoredManifest) {
  const label = manifest.kind === 'image' ? configOf(repository, manifest).config.Labels?.[findingsLabel] : undefined;
  const counts = (label ?? '')
    .split(',')
    .filter((entry) => entry !== '')
    .map((entry) => entry.split('='))
    .map(([severity, count]) => [severities.parse(severity), Number(count)] as const);
  return {
    findingSeverityCounts: Object.fromEntries(counts),
    findings: counts.flatMap(([severity, count]) =>
      Array.from({ length: count }, (_, at) => ({ name: `CVE-2026-${severity}-${at + 1}`, severity, attributes: [] })),
    ),
  };
}

function scanNotFound(registry: Registry, repositoryName: string, { digest }: StoredManifest): AwsError {
  return new AwsError(
    'ScanNotFoundException',
    `Image scan does not exist for the image with '{imageDigest:'${digest}', imageTag:'null'}' in the repository with name ` +
      `'${repositoryName}' in the registry with id '${registry.account}'`,
  );
}
