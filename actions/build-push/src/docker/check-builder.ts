import { type Finding, Findings } from '../../../../lib/core/errors.ts';
import type { BuildOptions, ImagePlan } from '../plan.ts';
import type { Builder } from './builder.ts';

/** Throws Findings (E_STATE) for what is asked for and this builder cannot do: leaving it out would not be told apart. */
export function checkBuilder(builder: Builder, images: readonly ImagePlan[], options: BuildOptions): void {
  if (builder.kind === 'buildkit') return;
  const wishes = [
    ...(options.provenance === undefined ? [] : ['provenance']),
    ...(options.sbom === undefined ? [] : ['sbom']),
    ...(options.compression === undefined ? [] : ['compression']),
    ...(images.some(({ build }) => build.platforms.length > 1) ? ['several platforms'] : []),
    ...(builder.kind === 'plain-docker' && images.some(({ secrets }) => secrets.length > 0) ? ['build secrets'] : []),
  ];
  const who = builder.kind === 'daemon' ? 'The docker driver of buildx' : 'Docker without buildx';
  const [first, ...rest] = wishes.map((wish): Finding => ({
    code: 'E_STATE',
    place: 'builder',
    message: `${who} cannot do ${wish}.`,
    remedy: 'Put docker/setup-buildx-action before this step: its builder can.',
  }));
  if (first !== undefined) throw new Findings([first, ...rest], 'The builder');
}
