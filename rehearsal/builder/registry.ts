import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blob } from './blob.ts';
import { BuildError } from './build-error.ts';
import type { Image } from './image.ts';

/** One HTTP exchange; `fetch` by default. */
export type Send = (
  url: string,
  request: { method: string; headers: Record<string, string>; body?: Uint8Array },
) => Promise<Answer>;

export type Answer = {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
};

/** A repository of an OCI registry, as the distribution specification describes pushing to one. */
export type Repository = {
  /** Without a tag it is there by its digest alone. */
  push(image: Image, tag?: string): Promise<void>;
};

/** `name` is `host:port/path`; credentials for the host come from `$DOCKER_CONFIG/config.json`. */
export async function openRepository(name: string, dockerConfig: string, send: Send): Promise<Repository> {
  const host = name.slice(0, name.indexOf('/'));
  const path = name.slice(host.length + 1);
  const base = `${isLoopback(host) ? 'http' : 'https'}://${host}/v2/${path}`;
  const authorization = await readCredentials(dockerConfig, host);

  const request = async (method: string, url: string, body?: Blob) => {
    const answer = await send(url, {
      method,
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': body.mediaType }) },
      ...(body === undefined ? {} : { body: body.bytes }),
    });
    if (answer.status >= 400 && !(method === 'HEAD' && answer.status === 404)) throw await refusal(name, answer);
    return answer;
  };

  const pushBlob = async (blob: Blob) => {
    const there = await request('HEAD', `${base}/blobs/${blob.digest}`);
    if (there.status === 200) return;
    const begun = await request('POST', `${base}/blobs/uploads/`);
    const location = new URL(begun.headers.get('location') ?? '', base);
    location.searchParams.set('digest', blob.digest);
    await request('PUT', location.href, { ...blob, mediaType: 'application/octet-stream' });
  };
  const pushManifest = (manifest: Blob, reference = manifest.digest) =>
    request('PUT', `${base}/manifests/${reference}`, manifest);

  return {
    async push({ blobs, manifests, top }, tag) {
      const isThere = (await request('HEAD', `${base}/manifests/${top.digest}`)).status === 200;
      if (!isThere) {
        const different = [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
        await Promise.all(different.map(pushBlob));
        await Promise.all(manifests.filter((manifest) => manifest !== top).map((child) => pushManifest(child)));
      }
      if (!isThere || tag !== undefined) await pushManifest(top, tag);
    },
  };
}

export const sendByFetch: Send = (url, { body, ...request }) =>
  fetch(url, { ...request, ...(body === undefined ? {} : { body: Buffer.from(body) }) });

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
}

async function readCredentials(directory: string, host: string): Promise<string> {
  const config: { auths?: Record<string, { auth?: string }> } = JSON.parse(
    await readFile(join(directory, 'config.json'), 'utf8'),
  );
  const auth = config.auths?.[host]?.auth;
  if (auth === undefined) throw new BuildError(`no basic auth credentials for ${host}`);
  return `Basic ${auth}`;
}

/** The first error that the registry names; some proxies answer without one. */
async function refusal(name: string, answer: Answer): Promise<BuildError> {
  const first = firstError(await answer.text());
  return new BuildError(
    `failed to push ${name}: ${answer.status}${first === undefined ? '' : ` ${first.code}: ${first.message}`}`,
  );
}

type RegistryError = { readonly code?: string; readonly message?: string };

function firstError(said: string): RegistryError | undefined {
  try {
    const { errors }: { errors?: RegistryError[] } = JSON.parse(said);
    return errors?.[0];
  } catch {
    return undefined;
  }
}
