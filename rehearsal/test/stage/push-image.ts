import { createHash } from 'node:crypto';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import type { SimulatedCloud } from '../../../simulator/aws.ts';
import { inProcess } from '../../in-process.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';

/** What an image's config says of it. */
export type ImageWishes = {
  readonly architecture?: string;
  readonly command?: readonly string[];
  /** `NAME=value`. */
  readonly environment?: readonly string[];
  /** The lines that built it. */
  readonly history?: readonly string[];
  /** Pushes an index too, which names the image with this platform beside an attestation, and answers with its digest. */
  readonly index?: boolean;
};

/** Pushes an image without layers over the registry's own protocol; `labels` say how its program behaves. */
export async function pushImage(
  cloud: SimulatedCloud,
  repository: string,
  labels: Readonly<Record<string, string>> = {},
  wishes: ImageWishes = {},
): Promise<string> {
  const send = registryCalls(cloud, repository, await registryAuthorization(cloud));
  const { architecture = 'amd64', command = ['node', 'server.js'], environment = [], history = [] } = wishes;
  const config = Buffer.from(
    JSON.stringify({
      architecture,
      os: 'linux',
      config: { Cmd: command, Env: environment, Labels: labels },
      history: history.map((line) => ({ created_by: line })),
      rootfs: { type: 'layers', diff_ids: [] },
    }),
  );
  const upload = await send('POST', 'blobs/uploads/', 'application/octet-stream', new Uint8Array());
  const location = upload['location']?.split(`/v2/${repository}/`)[1] ?? '';
  await send('PUT', `${location}?digest=${digestOf(config)}`, 'application/octet-stream', config);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: { mediaType: configType, digest: digestOf(config), size: config.length },
      layers: [],
    }),
  );
  await send('PUT', `manifests/${digestOf(manifest)}`, manifestType, manifest);
  if (wishes.index !== true) return digestOf(manifest);
  const child = { mediaType: manifestType, digest: digestOf(manifest), size: manifest.length };
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [
        { ...child, platform: { os: 'linux', architecture } },
        { ...child, platform: { os: 'unknown', architecture: 'unknown' } },
      ],
    }),
  );
  await send('PUT', `manifests/${digestOf(index)}`, indexType, index);
  return digestOf(index);
}

function registryCalls(cloud: SimulatedCloud, repository: string, authorization: string) {
  return async (method: string, path: string, type: string, body: Uint8Array) => {
    const {
      status,
      headers,
      body: answer,
    } = await cloud.handle({
      method,
      path: `/v2/${repository}/${path}`,
      headers: {
        host: '127.0.0.1',
        authorization: `Basic ${authorization}`,
        'content-type': type,
        'content-length': String(body.length),
      },
      body,
    });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${Buffer.from(answer).toString()}`);
    return headers;
  };
}

async function registryAuthorization(cloud: SimulatedCloud): Promise<string> {
  const credentials = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
  const ecr = new ECRClient({ region: cloud.region, credentials, requestHandler: inProcess(cloud) });
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  return authorizationData?.[0]?.authorizationToken ?? '';
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
