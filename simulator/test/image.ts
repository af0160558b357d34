import { createHash } from 'node:crypto';
import type { simulateAws } from '../aws.ts';
import { ask } from './account.ts';

export const ociImage = 'application/vnd.oci.image.manifest.v1+json';
export const ociIndex = 'application/vnd.oci.image.index.v1+json';

export const digestOf = (bytes: Uint8Array | string) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

type Asked = Parameters<typeof ask>[2];

/** A client of the registry protocol that has logged in. */
export async function registryClient(cloud: ReturnType<typeof simulateAws>, token: string) {
  const authorization = `Basic ${token}`;
  const send = (path: string, { headers = {}, ...rest }: Asked = {}) =>
    ask(cloud, path, { ...rest, headers: { authorization, ...headers } });

  const pushBlob = async (repository: string, bytes: Uint8Array): Promise<string> => {
    const digest = digestOf(bytes);
    const { headers } = await send(`/v2/${repository}/blobs/uploads/`, { method: 'POST' });
    const half = Math.floor(bytes.length / 2);
    await send(headers['location']!, { method: 'PATCH', body: bytes.subarray(0, half) });
    await send(`${headers['location']}?digest=${digest}`, { method: 'PUT', body: bytes.subarray(half) });
    return digest;
  };

  const pushManifest = (repository: string, reference: string, manifest: object, type = ociImage) =>
    send(`/v2/${repository}/manifests/${reference}`, {
      method: 'PUT',
      headers: { 'content-type': type },
      body: Buffer.from(JSON.stringify(manifest)),
    });

  /** Pushes an image of one layer; answers its digest and the manifest. */
  const pushImage = async (repository: string, tag: string, { layer = 'layer', config = {} } = {}) => {
    const manifest = imageManifest(layer, config);
    await pushBlob(repository, Buffer.from(layer));
    await pushBlob(repository, Buffer.from(configText(config)));
    const pushed = await pushManifest(repository, tag, manifest);
    return { pushed, manifest, digest: digestOf(JSON.stringify(manifest)) };
  };

  return { send, pushBlob, pushManifest, pushImage };
}

const configText = (config: object) =>
  JSON.stringify({ os: 'linux', architecture: 'amd64', config, rootfs: { type: 'layers', diff_ids: [] } });

export function imageManifest(layer: string, config: object = {}) {
  return {
    schemaVersion: 2,
    mediaType: ociImage,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(configText(config)),
      size: configText(config).length,
    },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digestOf(layer), size: layer.length }],
  };
}
