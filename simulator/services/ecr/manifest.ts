import { z } from 'zod';

/** Media types that a registry keeps as manifests. */
export const mediaTypes = {
  index: ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'],
  image: ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'],
} as const;

const descriptorShape = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().int().min(0),
  platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
});

const imageShape = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: descriptorShape,
  layers: z.array(descriptorShape),
});

const indexShape = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  manifests: z.array(descriptorShape),
});

export type Descriptor = z.output<typeof descriptorShape>;

export type Manifest =
  | ({ readonly kind: 'image'; readonly type: string } & z.output<typeof imageShape>)
  | ({ readonly kind: 'index'; readonly type: string } & z.output<typeof indexShape>);

/** Reads a manifest's bytes; `declared` is the media type that came with them. Undefined when it is not one. */
export function readManifest(bytes: Uint8Array, declared: string | undefined): Manifest | undefined {
  const document = parsed(bytes);
  const type = declared ?? mediaTypeIn(document);
  const own = mediaTypeIn(document);
  if (type === undefined || (own !== undefined && own !== type)) return undefined;
  if (isOneOf(mediaTypes.index, type)) {
    const index = indexShape.safeParse(document);
    return index.success ? { kind: 'index', type, ...index.data } : undefined;
  }
  if (!isOneOf(mediaTypes.image, type)) return undefined;
  const image = imageShape.safeParse(document);
  return image.success ? { kind: 'image', type, ...image.data } : undefined;
}

function mediaTypeIn(document: unknown): string | undefined {
  const shape = z.object({ mediaType: z.string().optional(), manifests: z.unknown(), config: z.unknown() });
  const known = shape.safeParse(document);
  if (!known.success) return undefined;
  if (known.data.mediaType !== undefined) return known.data.mediaType;
  if (known.data.manifests !== undefined) return mediaTypes.index[0];
  return known.data.config === undefined ? undefined : mediaTypes.image[0];
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isOneOf(types: readonly string[], type: string): boolean {
  return types.includes(type);
}
