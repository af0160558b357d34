/** A manifest as registries keep it: one image, or an index of several. */
export type ImageManifest =
  | { readonly kind: 'image'; /** Digest of the config blob. */ readonly config: string }
  | {
      readonly kind: 'index';
      readonly children: readonly { readonly digest: string; readonly platform: string | undefined }[];
    };

type Platform = { readonly os?: string; readonly architecture?: string };

type Written = {
  readonly config?: { readonly digest?: string };
  readonly manifests?: readonly { readonly digest?: string; readonly platform?: Platform }[];
};

/** Reads the text of a manifest of the OCI or the Docker kind; attestations, which run nowhere, are left out. */
export function parseManifest(text: string): ImageManifest {
  const { config, manifests }: Written = JSON.parse(text);
  if (manifests === undefined) return { kind: 'image', config: config?.digest ?? '' };
  const children = manifests.map(({ digest = '', platform }) => ({
    digest,
    platform: platform && platformOf(platform),
  }));
  return { kind: 'index', children: children.filter(({ platform }) => platform !== 'unknown/unknown') };
}

/** `linux/arm64`; undefined where it is not said. */
export function platformOf({ os, architecture }: Platform): string | undefined {
  return os === undefined || architecture === undefined ? undefined : `${os}/${architecture}`;
}
