import { readFile } from 'node:fs/promises';
import { isResolvedConfig, type ResolvedConfig } from '../core/config.ts';
import { ActionError } from '../core/errors.ts';
import type { Service } from '../core/manifest/model.ts';
import type { SelectedManifest } from '../core/manifest/select.ts';
import { didYouMean } from '../core/nearest.ts';
import { isDigest } from '../core/registry.ts';
import type { Images } from '../core/release.ts';
import { type Inputs, malformed } from '../github/inputs.ts';

/** What one step of a release hands on to the next, read as carefully as anything else from outside. */

/** The input `images`: build-push's output of the same name. Throws E_INPUT, and E_POLICY for what is no digest. */
export function readImages(inputs: Inputs): Images {
  const given = inputs.json('images');
  if (given === undefined)
    throw malformed('images', 'is required and was not given', "Give it build-push's output `images`.");
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw malformed('images', 'must be a JSON object of digests by service');
  }
  const images = Object.entries(given).map(([service, value]: [string, unknown]): [string, string] => {
    if (typeof value !== 'string') throw noDigest();
    if (isDigest(value)) return [service, value];
    throw isDigest(value.slice(value.indexOf('@') + 1)) ? ownRepository() : noDigest();
  });
  if (images.length === 0) throw malformed('images', 'names no service');
  return Object.fromEntries(images);
}

function noDigest(): ActionError {
  return new ActionError(
    'E_POLICY',
    'The input `images` holds something that is no digest (sha256: and 64 hex digits).',
    {
      remedy: "Give it build-push's output `images`: a tag may move, a digest cannot.",
      place: 'images',
    },
  );
}

/** A reference that brings its own repository would be looked up in another one than it names. */
function ownRepository(): ActionError {
  return new ActionError('E_SCOPE', 'The input `images` holds a digest with a repository of its own.', {
    remedy: "Give it build-push's output `images`: the repository is the one that infra publishes for the service.",
    place: 'images',
  });
}

/** Throws E_INPUT for images of services that the manifest does not have: a name that only looks like one of them. */
export function checkImages(images: Images, { services }: SelectedManifest): void {
  for (const name of Object.keys(images)) {
    if (services.has(name)) continue;
    const guess = didYouMean(name, services.keys());
    const remedy = `${guess === '' ? '' : `${guess} `}Build and deploy with the same manifest.`;
    throw malformed('images', 'names a service that the manifest does not have', remedy);
  }
}

/** The digest of a service's image; E_INPUT when `images` does not have it. */
export function digestOf(images: Images, service: Service): string {
  const found = Object.hasOwn(images, service.name) ? images[service.name] : undefined;
  if (found === undefined)
    throw malformed('images', `has no digest for ${service.name}`, 'Build it, or leave it out of `services`.');
  return found;
}

/** The file that config-env's output `config` names. Throws E_INPUT, and E_SCOPE when it is of another environment. */
export async function readConfig(
  path: string,
  { application, environment }: SelectedManifest,
): Promise<ResolvedConfig> {
  const config = parseConfig(await readText(path));
  const isOurs =
    config.application === application &&
    config.environment === environment.name &&
    config.account === environment.account &&
    config.region === environment.region;
  if (isOurs) return config;
  throw new ActionError('E_SCOPE', 'The file in `config` is of another application, environment, account or region.', {
    remedy: 'Run config-env for this environment in the same job.',
    place: 'config',
  });
}

/** The part of one service; E_INPUT when config-env was not run for it. */
export function configOf(config: ResolvedConfig, service: Service): ResolvedConfig['services'][string] {
  const found = Object.hasOwn(config.services, service.name) ? config.services[service.name] : undefined;
  if (found === undefined) {
    throw malformed('config', `has nothing about ${service.name}`, 'Run config-env for the same `services`.');
  }
  return found;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw malformed(
      'config',
      'names a file that cannot be read',
      "Give it config-env's output `config`, in the same job.",
    );
  }
}

function parseConfig(text: string): ResolvedConfig {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    throw malformed('config', 'names a file that is not JSON');
  }
  if (!isResolvedConfig(config)) throw malformed('config', 'names a file that config-env did not write');
  return config;
}
