import { markdownTable } from '../../../lib/github/summary.ts';
import type { BuiltImage } from './docker/building.ts';
import type { BuildPlan, ImagePlan } from './plan.ts';

/** What is about to be built, for the log. */
export function describeToBuild(images: readonly ImagePlan[]): string {
  const lines = images.map(({ service, build }) => {
    const stage = build.target === undefined ? '' : `, stage ${build.target}`;
    return `  ${service}: ${build.dockerfile}${stage} for ${build.platforms.join(', ')}`;
  });
  return [`${images.length} images to build, none to push`, ...lines].join('\n');
}

export function describeBuilt({ service, seconds, fromCache }: BuiltImage): string {
  return `${service}: ${fromCache ? 'from cache' : 'built'}${seconds > 0 ? ` in ${seconds.toFixed(1)} s` : ''}, not pushed`;
}

/** The summary of a step that builds and pushes nothing. */
export function summariseBuilt(
  built: readonly BuiltImage[],
  { images }: Pick<BuildPlan, 'images'>,
  seconds: number,
): string {
  const rows = built.map((image) => {
    const platforms = images.find(({ service }) => service === image.service)?.build.platforms ?? [];
    return [
      image.service,
      image.fromCache ? 'from cache' : 'built',
      image.seconds > 0 ? image.seconds.toFixed(1) : '',
      platforms.join(', '),
    ];
  });
  return [
    '### Images (nothing was pushed)',
    `${built.length} ${built.length === 1 ? 'image' : 'images'} built in ${seconds.toFixed(1)} s; the registry has none of them.`,
    markdownTable(['service', 'image', 'seconds', 'platforms'], rows),
  ].join('\n\n');
}
