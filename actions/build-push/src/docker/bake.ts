import { posix } from 'node:path';
import type { BuildOptions } from '../plan.ts';
import { type BuildableImage, mustPull } from './building.ts';
import { type PushWay, tagToPush } from './push-way.ts';

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
  readonly labels?: Readonly<Record<string, string>>;
  readonly secret?: readonly string[];
  readonly platforms: readonly string[];
  readonly output: readonly [string];
  readonly attest: readonly string[];
  readonly 'cache-from'?: readonly string[];
  readonly 'cache-to'?: readonly string[];
  readonly 'no-cache'?: true;
  readonly pull?: true;
};

export type BakeWishes = {
  readonly images: readonly BuildableImage[];
  readonly options: BuildOptions;
  /** Host, and port, of the registry. */
  readonly address: string;
  readonly push: PushWay;
  /** The builder is the BuildKit inside the docker daemon, which can do less. */
  readonly inDaemon: boolean;
};

/** One target per service, so that one BuildKit builds all of them side by side and shares what they share. */
export function bakeDefinition({ images, ...wishes }: BakeWishes): BakeDefinition {
  return {
    group: { default: { targets: images.map(({ service }) => service) } },
    target: Object.fromEntries(images.map((image) => [image.service, bakeTarget(image, wishes)])),
  };
}

function bakeTarget(image: BuildableImage, { options, inDaemon, ...push }: Omit<BakeWishes, 'images'>): BakeTarget {
  const { build } = image;
  const args = [...build.args].map(([name, value]) => [name, literal(value)]);
  const labels = [...image.labels].map(([name, value]) => [name, literal(value)]);
  return {
    context: literal(build.context),
    dockerfile: literal(posix.relative(build.context, build.dockerfile)),
    ...(build.target === undefined ? {} : { target: literal(build.target) }),
    ...(args.length === 0 ? {} : { args: Object.fromEntries(args) }),
    ...(labels.length === 0 ? {} : { labels: Object.fromEntries(labels) }),
    ...unlessEmpty(
      'secret',
      image.secrets.map(({ id, file }) => literal(`id=${id},src=${file}`)),
    ),
    platforms: build.platforms,
    output: [outputOf(image, push, inDaemon ? '' : layerOptions(options))],
    attest: [attestation('provenance', options.provenance), attestation('sbom', options.sbom)],
    ...(inDaemon ? {} : unlessEmpty('cache-from', image.cache.from.map(literal))),
    ...(inDaemon ? {} : unlessEmpty('cache-to', image.cache.to.map(literal))),
    ...(options.noCache ? { 'no-cache': true } : {}),
    ...((inDaemon ? mustPull(image, options) : options.pull) ? { pull: true } : {}),
  };
}

/**
 * Never by a tag of the release: an image gets those when all of them are there, so a half-built commit is never tagged.
 * The tag of its content says no more than what is in it, and is true as soon as it is there.
 */
function outputOf(
  image: BuildableImage,
  { address, push }: Pick<BakeWishes, 'address' | 'push'>,
  layers: string,
): string {
  if (push.kind === 'none') return 'type=cacheonly';
  const tag = tagToPush(image, push);
  const byDigest = tag === undefined ? ',push-by-digest=true,name-canonical=true' : `:${tag}`;
  return `type=image,name=${address}/${image.repository}${byDigest},push=true${layers}`;
}

/** `rewrite-timestamp` gives the files of a layer SOURCE_DATE_EPOCH, so that two builds of one commit are one image. */
function layerOptions({ compression, rewriteTimestamps }: BuildOptions): string {
  const compressed =
    compression === undefined ? '' : `,compression=${compression},force-compression=true,oci-mediatypes=true`;
  return `${rewriteTimestamps ? ',rewrite-timestamp=true' : ''}${compressed}`;
}

/** Of its own accord BuildKit would add provenance, and with it the time of the build to the digest. */
function attestation(type: 'provenance' | 'sbom', wished: string | undefined): string {
  return wished === undefined ? `type=${type},disabled=true` : `type=${type}${wished === 'true' ? '' : `,${wished}`}`;
}

function unlessEmpty<Name extends string>(
  name: Name,
  values: readonly string[],
): Partial<Record<Name, readonly string[]>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key widens to string
  return values.length === 0 ? {} : ({ [name]: values } as Record<Name, readonly string[]>);
}

/** Bake reads its JSON as HCL: `${` and `%{` begin a template unless they are doubled. */
export function literal(text: string): string {
  return text.replaceAll(/([$%])\{/g, '$1$1{');
}
