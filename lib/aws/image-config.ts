import { createHash } from 'node:crypto';
import { GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr';
import { ActionError } from '../core/errors.ts';
import { download } from './download.ts';
import { ecr, findImage } from './ecr.ts';
import { type ImageManifest, parseManifest, platformOf } from './image-manifest.ts';
import type { Aws } from './session.ts';

/** What an image says of itself, without a look into its layers. */
export type ImageConfig = {
  /** Names of the variables that are set in it. */
  readonly variables: readonly string[];
  /**
   * Words of its entry point, its command, its variables' names and its build history, in lower case: where a program
   * is in the image, it mostly shows up here. Never for printing: a build's history may hold anything.
   */
  readonly words: ReadonlySet<string>;
};

export type ImageInspection =
  | { readonly kind: 'inspected'; readonly config: ImageConfig }
  /** There is nothing in it for the platform; `platforms` are what it has. */
  | { readonly kind: 'other-platform'; readonly platforms: readonly string[] };

type Sought = {
  readonly repository: string;
  /** Text of the manifest or index. */
  readonly manifest: string;
  /** `linux/amd64` or `linux/arm64`. */
  readonly platform: string;
};

/** Finds the image for the platform, and reads its config blob through the link that ECR gives. */
export async function inspectImage(aws: Aws, sought: Sought): Promise<ImageInspection> {
  const { repository, platform } = sought;
  const manifest = parseManifest(sought.manifest);
  if (manifest.kind === 'image') return inspectConfig(aws, manifest, sought);
  const child = manifest.children.find((one) => one.platform === platform);
  if (child === undefined)
    return { kind: 'other-platform', platforms: manifest.children.flatMap((one) => one.platform ?? []) };
  const stored = await findImage(aws, repository, { digest: child.digest });
  const image = stored && parseManifest(stored.manifest);
  if (image?.kind !== 'image') throw unreadable(repository, 'its index names an image that is not there');
  return inspectConfig(aws, image, sought);
}

async function inspectConfig(
  aws: Aws,
  { config: digest }: ImageManifest & { kind: 'image' },
  { repository, platform }: Sought,
): Promise<ImageInspection> {
  const { downloadUrl = '' } = await aws.send(
    ecr(aws),
    new GetDownloadUrlForLayerCommand({ repositoryName: repository, layerDigest: digest }),
  );
  const bytes = await download(aws, ecr(aws).config.requestHandler, downloadUrl);
  const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (found !== digest) throw unreadable(repository, 'its config is not what its digest says');
  const config = parseConfig(bytes, repository);
  const own = platformOf(config);
  if (own !== undefined && own !== platform) return { kind: 'other-platform', platforms: [own] };
  return { kind: 'inspected', config: toConfig(config) };
}

/** As far as it is used here (github.com/opencontainers/image-spec/blob/main/config.md). */
type ConfigBlob = {
  readonly os?: string;
  readonly architecture?: string;
  readonly config?: {
    readonly Env?: readonly string[] | null;
    readonly Entrypoint?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
  };
  readonly history?: readonly { readonly created_by?: string }[];
};

function parseConfig(bytes: Uint8Array, repository: string): ConfigBlob {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw unreadable(repository, 'its config is not JSON');
  }
}

function toConfig({ config = {}, history = [] }: ConfigBlob): ImageConfig {
  const variables = (config.Env ?? []).map((entry) => entry.split('=', 1)[0] ?? '');
  const texts = [
    ...variables,
    ...(config.Entrypoint ?? []),
    ...(config.Cmd ?? []),
    ...history.map(({ created_by = '' }) => created_by),
  ];
  const words = texts.flatMap((text) => text.toLowerCase().match(/[a-z0-9+.-]+/g) ?? []);
  return { variables, words: new Set(words) };
}

function unreadable(repository: string, why: string): ActionError {
  return new ActionError('E_STATE', `The image in ${repository} cannot be looked at: ${why}.`, {
    remedy: 'Run build-push again.',
    place: repository,
  });
}
