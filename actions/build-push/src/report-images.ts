import { releaseId } from '../../../lib/core/release-id.ts';
import type { BuildPush } from './work.ts';
import {
  type ReportedImage,
  buildsOutput,
  describeImage,
  imagesOutput,
  summarise,
  summariseFindings,
} from './report.ts';
import type { ScanResult } from './scan-gate.ts';

/** Outputs, log and summary of a step that succeeded. */
export function reportImages(
  { step, surroundings, plan, inputs, startedAt }: BuildPush,
  images: readonly ReportedImage[],
  scans: readonly ScanResult[],
): void {
  const release = releaseId({ at: surroundings.clock.now(), ...step.job });
  step.outputs.set('images', imagesOutput(images));
  step.outputs.set('builds', buildsOutput(images));
  // The parts of a build make up no release yet.
  if (inputs.shard.kind !== 'part') step.outputs.set('release', release);
  images.forEach((image) => step.log.info(describeImage(image)));
  const seconds = (surroundings.clock.elapsed() - startedAt) / 1000;
  step.summary.add(summarise(release, images, { tags: plan.tags, seconds, scans }));
  if (scans.some(({ findings }) => findings.length > 0)) step.summary.add(summariseFindings(scans));
}
