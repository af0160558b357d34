import { z } from 'zod';
import type { PulledImageWithConfig } from '../../cloud.ts';
import type { Manifest } from './manifest.ts';
import type { Registry, Repository, StoredManifest } from './store.ts';

type Platform = { readonly os: string; readonly architecture: string };

const configShape = z.object({
  os: z.string().optional(),
  architecture: z.string().optional(),
  config: z
    .object({
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      Env: z.array(z.string()).nullish(),
      WorkingDir: z.string().nullish(),
      User: z.string().nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    })
    .prefault({}),
});

/** What a container runtime gets out of the registry. Throws an Error worded as it is behind CannotPullContainerError. */
export function pull(registry: Registry, reference: string, platform: Platform): PulledImageWithConfig {
  const { repository, requested } = resolve(registry, reference);
  const chosen = choose(repository, requested, platform);
  if (chosen.manifest.kind !== 'image') throw noPlatform(platform);
  const blob = (digest: string) => repository.blobs.get(digest)!;
  const { architecture = platform.architecture, os = platform.os, config } = configOf(repository, chosen.manifest);
  if (architecture !== platform.architecture || os !== platform.os) throw noPlatform(platform);
  return {
    repository: repository.name,
    digest: chosen.digest,
    requestedDigest: requested.digest,
    compressedBytes: chosen.manifest.layers.reduce((sum, { size }) => sum + size, 0),
    labels: config.Labels ?? {},
    layers: chosen.manifest.layers.map(({ digest, mediaType }) => ({ digest, mediaType, bytes: blob(digest) })),
    config: {
      entrypoint: config.Entrypoint ?? [],
      command: config.Cmd ?? [],
      environment: Object.fromEntries((config.Env ?? []).map(variable)),
      workingDirectory:
        config.WorkingDir === undefined || config.WorkingDir === null || config.WorkingDir === ''
          ? '/'
          : config.WorkingDir,
      user: config.User ?? '',
    },
  };
}

/** The image's own configuration, out of the blob that its manifest names. */
export function configOf(repository: Repository, manifest: Manifest & { kind: 'image' }) {
  const bytes = repository.blobs.get(manifest.config.digest) ?? Buffer.from('{}');
  return configShape.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
}

function resolve(registry: Registry, reference: string): { repository: Repository; requested: StoredManifest } {
  const [, host, name, tag, digest] = /^([^/]+)\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(reference) ?? [];
  const repository = host === registry.host ? registry.repositories.get(name ?? '') : undefined;
  const requested = repository?.manifests.get(digest ?? repository.imageTags.get(tag ?? 'latest') ?? '');
  if (repository === undefined || requested === undefined) {
    throw new Error(
      `pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: ${reference}: not found`,
    );
  }
  return { repository, requested };
}

/** The child of an index that fits the platform; attestations have the platform unknown/unknown and never fit. */
function choose(repository: Repository, requested: StoredManifest, platform: Platform): StoredManifest {
  const { manifest }: { manifest: Manifest } = requested;
  if (manifest.kind === 'image') return requested;
  const fitting = manifest.manifests.find(
    (child) => child.platform?.os === platform.os && child.platform.architecture === platform.architecture,
  );
  const chosen = fitting === undefined ? undefined : repository.manifests.get(fitting.digest);
  if (chosen === undefined) throw noPlatform(platform);
  return chosen;
}

function noPlatform({ os, architecture }: Platform): Error {
  return new Error(
    `pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform '${os}/${architecture}'`,
  );
}

function variable(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
