import { contractByHand } from '../../../lib/core/contract.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { Build, Service } from '../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { repositoryName } from '../../../lib/core/names.ts';
import { isRepositoryName, registryHost } from '../../../lib/core/registry.ts';
import type { BuildInputs } from './inputs/build.ts';
import { type Labels, imageLabels } from './labels.ts';

/** Every image that is to be had, and where it goes. */
export type BuildPlan = {
  /** The registry's own name, as task definitions spell it. */
  readonly registry: string;
  /** Where it is reached: the same, but for a rehearsal. */
  readonly address: string;
  readonly tags: readonly string[];
  /** What an image is pushed under by builders that cannot push by digest; nobody else gives it. */
  readonly pushTag: string;
  readonly options: BuildOptions;
  readonly images: readonly ImagePlan[];
};

/** What holds for all images alike. */
export type BuildOptions = Pick<BuildInputs, 'provenance' | 'sbom' | 'compression' | 'noCache' | 'pull'> & {
  /** Files get the time of the commit: only where that is known. */
  readonly rewriteTimestamps: boolean;
};

export type ImagePlan = {
  readonly service: string;
  readonly repository: string;
  readonly build: Build;
  readonly labels: Labels;
  /** What its Dockerfile may mount, with the files' absolute paths. */
  readonly secrets: readonly { readonly id: string; readonly file: string }[];
  /** In buildx's own words. */
  readonly cache: { readonly from: readonly string[]; readonly to: readonly string[] };
};

export type BuildWishes = Omit<BuildOptions, 'rewriteTimestamps'> & {
  readonly services: readonly Service[];
  readonly tags: readonly string[];
  readonly platforms: readonly string[];
  readonly registry: string | undefined;
  readonly secretFiles: ReadonlyMap<string, string>;
  /** Host and port of the AWS stand-in on this machine; undefined when AWS is AWS. */
  readonly rehearsalHost: string | undefined;
  readonly run: { readonly id: string; readonly attempt: number };
  readonly origin: {
    readonly repositoryUrl: string | undefined;
    readonly commit: string;
    readonly madeAt: number | undefined;
  };
};

export function planBuild(manifest: SelectedManifest, wishes: BuildWishes): BuildPlan {
  const { account, region } = manifest.environment;
  const registry = registryHost(account, region);
  const byHand = contractByHand(manifest.environment);
  const { provenance, sbom, compression, noCache, pull, platforms } = wishes;
  return {
    registry,
    address: chooseAddress(registry, wishes),
    tags: wishes.tags,
    pushTag: `run-${wishes.run.id}-${wishes.run.attempt}`,
    options: { provenance, sbom, compression, noCache, pull, rewriteTimestamps: wishes.origin.madeAt !== undefined },
    images: wishes.services.map(({ name, build }) => ({
      service: name,
      repository: checkName(
        name,
        byHand?.services.get(name)?.repository ?? repositoryName(manifest.application, name),
        registry,
      ),
      build: platforms.length === 0 ? build : { ...build, platforms },
      labels: imageLabels({ ...wishes.origin, service: name }),
      secrets: chooseSecrets(name, build, wishes.secretFiles),
      cache: { from: [], to: [] },
    })),
  };
}

/** A name that ECR could not have, such as one with a tag in it, must not get into a build definition. */
function checkName(service: string, repository: string, registry: string): string {
  if (isRepositoryName(repository)) return repository;
  const place = `infra.services.${service}.repository`;
  const host = /^\d{12}\.dkr\.ecr\.[^/]+/.exec(repository)?.[0];
  if (host !== undefined && host !== registry) {
    throw new ActionError('E_SCOPE', `The repository of ${service} is in another registry than ${registry}.`, {
      remedy: 'Name a repository of the account and region in the manifest, without its registry.',
      place,
    });
  }
  throw new ActionError('E_INPUT', `The repository of ${service} is not a name that ECR allows.`, {
    remedy: 'Use 2 to 256 lower-case letters, digits and ._-/ without registry or tag.',
    place,
  });
}

function chooseSecrets(service: string, { secrets }: Build, files: ReadonlyMap<string, string>): ImagePlan['secrets'] {
  return secrets.map((id) => {
    const file = files.get(id);
    if (file !== undefined) return { id, file };
    throw new ActionError('E_INPUT', `The build of ${service} needs the secret ${id}, and nobody says where it is.`, {
      remedy: `Write it to a file in an earlier step and add a line ${id}=<path> to \`secret-files\`.`,
      place: 'secret-files',
    });
  });
}

/** The registry's password goes to the registry of the account and region, or nowhere. */
function chooseAddress(registry: string, { registry: wished, rehearsalHost }: BuildWishes): string {
  if (rehearsalHost !== undefined && (wished === undefined || isSameMachine(wished))) return wished ?? rehearsalHost;
  if (wished === undefined || wished === registry) return registry;
  throw new ActionError(
    'E_SCOPE',
    `The input \`registry\` is not the registry of the manifest's account and region, ${registry}.`,
    {
      remedy: 'Leave `registry` out, or correct account and region in the manifest.',
      place: 'registry',
    },
  );
}

function isSameMachine(address: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3})(:\d+)?$/.test(address);
}
