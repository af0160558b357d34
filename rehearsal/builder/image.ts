import { join, posix } from 'node:path';
import { type Blob, describeBlob, jsonBlob } from './blob.ts';
import { BuildError } from './build-error.ts';
import { type ContextEntry, matchSource } from './context.ts';
import { type Layer, type LayerEntry, makeLayer } from './layer.ts';
import type { Copy, Stage, Step } from './stage.ts';

/** Everything a registry must be given for one image; `top` is what its digest names: a manifest, or an index of them. */
export type Image = {
  readonly blobs: readonly Blob[];
  readonly manifests: readonly Blob[];
  readonly top: Blob;
  readonly config: Blob;
};

export type Surroundings = {
  readonly context: string;
  readonly entries: readonly ContextEntry[];
  readonly platforms: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly attestations: readonly string[];
  readonly epochSeconds: number;
};

export async function makeImage(stage: Stage, surroundings: Surroundings): Promise<Image> {
  const { platforms, labels, attestations, epochSeconds } = surroundings;
  for (const [name, value] of Object.entries(labels)) stage.labels.set(name, value);
  const layers: Layer[] = [];
  const history: HistoryEntry[] = [];
  for (const step of stage.steps) {
    const entries = entriesOf(step, surroundings);
    const created = { created: new Date(epochSeconds * 1000).toISOString(), created_by: step.says };
    history.push(entries === undefined ? { ...created, empty_layer: true } : created);
    if (entries !== undefined) layers.push(await makeLayer(entries, epochSeconds));
  }
  const variants = platforms.map((platform) => makeVariant(stage, layers, history, { platform, epochSeconds }));
  const images = variants.map(({ manifest }) => manifest);
  const blobs = [...layers.map(({ blob }) => blob), ...variants.map(({ config }) => config)];
  const [{ config }] = variants as [Variant];
  if (images.length === 1 && attestations.length === 0) return { blobs, manifests: images, config, top: images[0]! };
  const attested = attestations.length === 0 ? [] : images.map((image) => attest(image, attestations));
  return {
    blobs: [...blobs, ...attested.flatMap((attestation) => attestation.blobs)],
    manifests: [...images, ...attested.map(({ manifest }) => manifest)],
    config,
    top: makeIndex([
      ...images.map((image, index) => ({ ...describeBlob(image), platform: readPlatform(platforms[index]!) })),
      ...attested.map(({ entry }) => entry),
    ]),
  };
}

type Variant = { readonly config: Blob; readonly manifest: Blob };

type HistoryEntry = { readonly created: string; readonly created_by: string; readonly empty_layer?: true };

function makeVariant(
  stage: Stage,
  layers: readonly Layer[],
  history: readonly HistoryEntry[],
  { platform, epochSeconds }: { platform: string; epochSeconds: number },
): Variant {
  const config = jsonBlob('application/vnd.oci.image.config.v1+json', {
    ...readPlatform(platform),
    created: new Date(epochSeconds * 1000).toISOString(),
    config: {
      Env: [...stage.environment].map(([name, value]) => `${name}=${value}`),
      Cmd: stage.command,
      ...(stage.entrypoint.length === 0 ? {} : { Entrypoint: stage.entrypoint }),
      WorkingDir: stage.workingDirectory,
      ...(stage.user === '' ? {} : { User: stage.user }),
      ...(stage.ports.size === 0
        ? {}
        : { ExposedPorts: Object.fromEntries([...stage.ports].map((port) => [port, {}])) }),
      Labels: Object.fromEntries([...stage.labels, ['org.opencontainers.image.base.name', stage.base]]),
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history,
  });
  const manifest = jsonBlob('application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: describeBlob(config),
    layers: layers.map(({ blob }) => describeBlob(blob)),
  });
  return { config, manifest };
}

function makeIndex(manifests: readonly object[]): Blob {
  return jsonBlob('application/vnd.oci.image.index.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests,
  });
}

/** A manifest beside the image, of no platform, with one statement for each type: the form BuildKit gives them. */
function attest(image: Blob, types: readonly string[]): { blobs: readonly Blob[]; manifest: Blob; entry: object } {
  const config = jsonBlob('application/vnd.oci.image.config.v1+json', {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
  });
  const statements = types.map((type) =>
    jsonBlob('application/vnd.in-toto+json', {
      subject: [{ digest: { sha256: image.digest.slice(7) } }],
      predicateType: type,
    }),
  );
  const manifest = jsonBlob('application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: describeBlob(config),
    layers: statements.map(describeBlob),
  });
  const annotations = {
    'vnd.docker.reference.digest': image.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  };
  const platform = { architecture: 'unknown', os: 'unknown' };
  return { blobs: [config, ...statements], manifest, entry: { ...describeBlob(manifest), annotations, platform } };
}

function readPlatform(platform: string): { os: string; architecture: string; variant?: string } {
  const [os = '', architecture = '', variant] = platform.split('/');
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** What a step puts into the image; undefined when it only changes the configuration. */
function entriesOf(step: Step, { context, entries }: Surroundings): readonly LayerEntry[] | undefined {
  if (step.makes !== undefined) return [{ path: step.makes.slice(1), kind: 'directory' }];
  if (step.copy === undefined) return undefined;
  const { copy } = step;
  return copy.sources.flatMap((source) => {
    const found = matchSource(entries, source);
    if (found.length === 0) throw new BuildError(`${step.place}: ${source} was not found in the build context`);
    return found.flatMap((entry) => copyEntry(entry, copy, { context, entries }));
  });
}

/** A file lands at the destination or in it; of a folder, what is inside lands in the destination. */
function copyEntry(
  entry: ContextEntry,
  { destination, intoFolder }: Copy,
  { context, entries }: Pick<Surroundings, 'context' | 'entries'>,
): LayerEntry[] {
  const at = (path: string) => posix.join(destination, path).slice(1);
  if (entry.kind !== 'directory') {
    const path = at(intoFolder ? posix.basename(entry.path) : '');
    return [{ path, kind: entry.kind, source: join(context, entry.path) }];
  }
  const prefix = entry.path === '' ? '' : `${entry.path}/`;
  const inside = entries
    .filter(({ path }) => path.startsWith(prefix))
    .map((below): LayerEntry => {
      const path = at(below.path.slice(prefix.length));
      return below.kind === 'directory'
        ? { path, kind: 'directory' }
        : { path, kind: below.kind, source: join(context, below.path) };
    });
  return [{ path: at(''), kind: 'directory' }, ...inside];
}
