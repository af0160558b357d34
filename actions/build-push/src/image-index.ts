import type { StoredImage } from '../../../lib/aws/ecr.ts';

/** An image inside of an index. */
export type IndexedImage = { readonly digest: string; /** `linux/amd64`. */ readonly platform: string };

/** The images of an index, without attestations (their platform is unknown/unknown); undefined for a single image. */
export function imagesOf({ manifest }: Pick<StoredImage, 'manifest'>): readonly IndexedImage[] | undefined {
  const { manifests } = readManifest(manifest);
  return manifests
    ?.map(({ digest = '', platform = {} }) => ({ digest, platform: `${platform.os}/${platform.architecture}` }))
    .filter(({ platform }) => platform !== 'unknown/unknown');
}

export function platformsOf(image: Pick<StoredImage, 'manifest'>): readonly string[] | undefined {
  return imagesOf(image)?.map(({ platform }) => platform);
}

/** Those of the wanted platforms that an index has no image for; of a single image nothing is said, so none. */
export function missingPlatforms(image: Pick<StoredImage, 'manifest'>, wanted: readonly string[]): readonly string[] {
  const present = platformsOf(image);
  return present === undefined ? [] : wanted.filter((platform) => !present.includes(platform));
}

/** Bytes of config and layers, as they are stored; undefined for an index, which knows only its images' manifests. */
export function sizeOf({ manifest }: Pick<StoredImage, 'manifest'>): number | undefined {
  const { config, layers } = readManifest(manifest);
  if (layers === undefined) return undefined;
  return layers.reduce((sum, { size = 0 }) => sum + size, config?.size ?? 0);
}

type Descriptor = {
  readonly digest?: string;
  readonly size?: number;
  readonly platform?: { readonly os?: string; readonly architecture?: string };
};

type ImageManifest = {
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
};

function readManifest(text: string): ImageManifest {
  const manifest: ImageManifest = JSON.parse(text);
  return manifest;
}
