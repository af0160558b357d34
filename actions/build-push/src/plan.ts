import { contractByHand } from '../../../lib/core/contract.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { Build, Service } from '../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { repositoryName } from '../../../lib/core/names.ts';
import { isRepositoryName, registryHost } from '../../../lib/core/registry.ts';

/** Every image that is to be made, and where it goes. */
export type BuildPlan = {
  /** The registry's own name, as task definitions spell it. */
  readonly registry: string;
  /** Where it is reached: the same, but for a rehearsal. */
  readonly address: string;
  readonly tags: readonly string[];
  readonly images: readonly ImagePlan[];
};

export type ImagePlan = {
  readonly service: string;
  readonly repository: string;
  readonly build: Build;
};

export type BuildWishes = {
  readonly services: readonly Service[];
  readonly tags: readonly string[];
  readonly platforms: readonly string[];
  readonly registry: string | undefined;
  /** Host and port of the AWS stand-in on this machine; undefined when AWS is AWS. */
  readonly rehearsalHost: string | undefined;
};

export function planBuild(manifest: SelectedManifest, wishes: BuildWishes): BuildPlan {
  const { account, region } = manifest.environment;
  const registry = registryHost(account, region);
  const byHand = contractByHand(manifest.environment);
  return {
    registry,
    address: chooseAddress(registry, wishes),
    tags: wishes.tags,
    images: wishes.services.map(({ name, build }) => ({
      service: name,
      repository: checkName(name, byHand?.services.get(name)?.repository ?? repositoryName(manifest.application, name)),
      build: wishes.platforms.length === 0 ? build : { ...build, platforms: wishes.platforms },
    })),
  };
}

/** A name that ECR could not have, such as one with a tag in it, must not get into a build definition. */
function checkName(service: string, repository: string): string {
  if (isRepositoryName(repository)) return repository;
  throw new ActionError('E_INPUT', `The repository of ${service} is not a name that ECR allows.`, {
    remedy: 'Use 2 to 256 lower-case letters, digits and ._-/ without registry or tag.',
    place: `infra.services.${service}.repository`,
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
