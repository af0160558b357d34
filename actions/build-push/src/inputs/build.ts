import { isAbsolute } from 'node:path';
import { ActionError } from '../../../../lib/core/errors.ts';
import { type Inputs, malformed } from '../../../../lib/github/inputs.ts';
import type { Job } from '../../../../lib/github/job.ts';

/** How images are built: names and syntax are those of docker/build-push-action. */
export type BuildInputs = {
  /** Empty: as the manifest says. */
  readonly platforms: readonly string[];
  /** A docker-compose.yml whose `build` sections fill in what the manifest does not say. */
  readonly composeFile: string | undefined;
  /** Of buildx; undefined: the one in use. */
  readonly builder: string | undefined;
  /** Undefined: none. `true`, or parameters such as `mode=max`. */
  readonly provenance: string | undefined;
  readonly sbom: string | undefined;
  readonly compression: 'gzip' | 'zstd' | undefined;
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly cacheFrom: CacheWish;
  readonly cacheTo: CacheWish;
  /** Files by the id under which a Dockerfile mounts them. */
  readonly secretFiles: ReadonlyMap<string, string>;
};

/** `registry`: in the image's own repository. `service` in an entry stands for the service's name. */
export type CacheWish = { readonly kind: 'registry' } | { readonly kind: 'given'; readonly entries: readonly string[] };

export function readBuildInputs(inputs: Inputs, job: Job): BuildInputs {
  return {
    platforms: readPlatforms(inputs),
    composeFile: readPath(inputs, 'compose-file'),
    builder: readBuilder(inputs),
    provenance: readAttestation(inputs, 'provenance'),
    sbom: readAttestation(inputs, 'sbom'),
    compression: readCompression(inputs),
    noCache: inputs.boolean('no-cache', false),
    pull: inputs.boolean('pull', false),
    cacheFrom: readCache(inputs, 'cache-from', job),
    cacheTo: readCache(inputs, 'cache-to', job),
    secretFiles: readSecretFiles(inputs),
  };
}

function readPlatforms(inputs: Inputs): readonly string[] {
  const platforms = [...new Set(inputs.list('platforms'))];
  if (platforms.some((platform) => platform !== 'linux/amd64' && platform !== 'linux/arm64')) {
    throw malformed('platforms', 'must hold linux/amd64 or linux/arm64: Fargate runs nothing else');
  }
  return platforms;
}

function readPath(inputs: Inputs, name: string): string | undefined {
  const path = inputs.optional(name);
  const isOutside = path !== undefined && (/^[/-]|\\/.test(path) || path.split('/').includes('..'));
  if (isOutside) throw malformed(name, 'must be a path inside the repository, with forward slashes');
  return path;
}

function readBuilder(inputs: Inputs): string | undefined {
  const builder = inputs.optional('builder');
  if (builder !== undefined && !/^[A-Za-z0-9][\w.-]{0,127}$/.test(builder)) {
    throw malformed('builder', 'must be the name of a builder of buildx');
  }
  return builder;
}

function readAttestation(inputs: Inputs, name: 'provenance' | 'sbom'): string | undefined {
  const wish = inputs.optional(name) ?? 'false';
  if (wish === 'false') return undefined;
  if (wish === 'true' || /^[a-z-]+=[\w./:@-]+(?:,[a-z-]+=[\w./:@-]+)*$/.test(wish)) return wish;
  throw malformed(
    name,
    `must be true, false or parameters such as ${name === 'sbom' ? 'generator=IMAGE' : 'mode=max'}`,
  );
}

function readCompression(inputs: Inputs): BuildInputs['compression'] {
  const compression = inputs.optional('compression');
  if (compression === undefined || compression === 'gzip' || compression === 'zstd') return compression;
  throw malformed('compression', 'must be gzip or zstd');
}

/** `registry` (the default), `gha`, `none`, or lines such as `type=registry,ref=…`. */
function readCache(inputs: Inputs, name: 'cache-from' | 'cache-to', job: Job): CacheWish {
  const lines = inputs.lines(name);
  if (lines.length === 0 || (lines.length === 1 && lines[0] === 'registry')) return { kind: 'registry' };
  if (lines.length === 1 && lines[0] === 'none') return { kind: 'given', entries: [] };
  const entries = lines.map((line) => (line === 'gha' ? githubCache(name) : line));
  if (entries.some((entry) => !/^type=[a-z0-9]+(?:,[a-z0-9_-]+=[^,\s]*)*$/.test(entry))) {
    throw malformed(name, 'must be registry, gha, none or lines such as type=registry,ref=…');
  }
  refuseSecrets(name, entries);
  if (name === 'cache-to' && isPullRequest(job) && entries.some((entry) => entry.startsWith('type=gha'))) {
    throw new ActionError('E_POLICY', 'A pull request may not write to the cache of GitHub Actions (`cache-to`).', {
      remedy: 'Leave `cache-to` out in pull requests: builds of the main branch would read what they left there.',
      place: name,
    });
  }
  return { kind: 'given', entries };
}

function githubCache(name: 'cache-from' | 'cache-to'): string {
  return name === 'cache-to' ? 'type=gha,scope={service},mode=max' : 'type=gha,scope={service}';
}

/** The bake definition is a file, and buildx repeats it in its log. */
function refuseSecrets(name: string, entries: readonly string[]): void {
  const secret = /(?:^|,)(?:secret_access_key|session_token|access_key_id|token|account_key|ghtoken)=/;
  if (!entries.some((entry) => secret.test(entry))) return;
  throw new ActionError('E_POLICY', `The input \`${name}\` holds a credential.`, {
    remedy: 'Give it to the builder in another way; a cache in ECR or of GitHub Actions needs none.',
    place: name,
  });
}

function isPullRequest({ event }: Job): boolean {
  return event.startsWith('pull_request');
}

/** Lines of `id=path`. */
function readSecretFiles(inputs: Inputs): ReadonlyMap<string, string> {
  const pairs = inputs.lines('secret-files').map((line): [string, string] => {
    const [, id, path] = /^([A-Za-z0-9][\w.-]{0,63})=([^\s,"=][^,"]*)$/.exec(line) ?? [];
    if (id === undefined || path === undefined || (!isAbsolute(path) && path.split('/').includes('..'))) {
      throw malformed('secret-files', 'must hold lines of id=path, without commas or quotes');
    }
    return [id, path];
  });
  if (new Map(pairs).size !== pairs.length) throw malformed('secret-files', 'names an id twice');
  return new Map(pairs);
}
