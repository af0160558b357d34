import { posix } from 'node:path';
import type { BuildPlan, ImagePlan } from './plan.ts';

/** A bake definition, as `docker buildx bake --file` reads it. */
export type BakeDefinition = {
  readonly group: { readonly default: { readonly targets: readonly string[] } };
  readonly target: Readonly<Record<string, BakeTarget>>;
};

export type BakeTarget = {
  readonly context: string;
  /** Relative to the context. */
  readonly dockerfile: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly platforms: readonly string[];
  readonly output: readonly [string];
  readonly attest: readonly string[];
};

/** One target per service, so that one BuildKit builds all of them side by side and shares what they share. */
export function bakeDefinition({ images, address }: Pick<BuildPlan, 'images' | 'address'>): BakeDefinition {
  return {
    group: { default: { targets: images.map(({ service }) => service) } },
    target: Object.fromEntries(images.map((image) => [image.service, bakeTarget(image, address)])),
  };
}

function bakeTarget({ repository, build }: ImagePlan, address: string): BakeTarget {
  const args = [...build.args].map(([name, value]) => [name, literal(value)]);
  return {
    context: literal(build.context),
    dockerfile: literal(posix.relative(build.context, build.dockerfile)),
    ...(build.target === undefined ? {} : { target: literal(build.target) }),
    ...(args.length === 0 ? {} : { args: Object.fromEntries(args) }),
    platforms: build.platforms,
    // By digest alone: an image gets its tags when all of them are there, so a half-built commit is never tagged.
    output: [`type=image,name=${address}/${repository},push-by-digest=true,name-canonical=true,push=true`],
    // Provenance carries the time of the build: with it, building the same thing again would give another digest.
    attest: ['type=provenance,disabled=true', 'type=sbom,disabled=true'],
  };
}

/** Bake reads its JSON as HCL: `${` and `%{` begin a template unless they are doubled. */
export function literal(text: string): string {
  return text.replaceAll(/([$%])\{/g, '$1$1{');
}
