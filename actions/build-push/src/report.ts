import type { Images } from '../../../lib/core/release.ts';
import { markdownTable } from '../../../lib/github/summary.ts';
import type { BuildPlan } from './plan.ts';
import type { PushedImage } from './verify.ts';

/** The output `images`: digests only, in the manifest's order. */
export function imagesOutput(pushed: readonly PushedImage[]): string {
  const images: Images = Object.fromEntries(pushed.map(({ service, stored }) => [service, stored.digest]));
  return JSON.stringify(images);
}

/** What is about to be done, for the log. */
export function describePlan({ images, registry, tags }: BuildPlan): string {
  const lines = images.map(({ service, repository, build }) => {
    const stage = build.target === undefined ? '' : `, stage ${build.target}`;
    return `  ${service}: ${build.dockerfile}${stage} for ${build.platforms.join(', ')} → ${repository}`;
  });
  return [`${images.length} images to build for ${registry}, tagged ${tags.join(', ')}`, ...lines].join('\n');
}

export function summarisePlan({ images, tags }: BuildPlan): string {
  const rows = images.map(({ service, repository, build }) => [service, repository, build.dockerfile, tags.join(', ')]);
  return [
    '### Images (dry run: nothing was built)',
    markdownTable(['service', 'repository', 'Dockerfile', 'tags'], rows),
  ].join('\n\n');
}

export function summarise(
  release: string,
  pushed: readonly PushedImage[],
  { tags, seconds }: { tags: readonly string[]; seconds: number },
): string {
  const rows = pushed.map(({ service, repository, build, stored }) => [
    service,
    repository,
    stored.digest,
    build.platforms.join(', '),
    tags.join(', '),
  ]);
  return [
    `### Images of release ${release}`,
    `${pushed.length} images built, pushed and read back in ${seconds.toFixed(1)} s.`,
    markdownTable(['service', 'repository', 'digest', 'platforms', 'tags'], rows),
  ].join('\n\n');
}
