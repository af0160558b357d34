import { createRepository, findRepositories } from '../../../lib/aws/ecr-repositories.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { ActionError, Findings, type Finding } from '../../../lib/core/errors.ts';
import { lifecyclePolicy } from '../../../lib/core/lifecycle.ts';
import type { Log } from '../../../lib/core/world.ts';
import { latestTag, refusedTag } from './inputs/tags.ts';
import type { ObservedImage } from './observe.ts';
import type { ImagePlan } from './plan.ts';

export type RepositoryWishes = {
  readonly createRepositories: boolean;
  /** The manifest says what infra would publish: then infra does not make the repositories. */
  readonly infraByHand: boolean;
  readonly dryRun: boolean;
};

/** Throws Findings (E_STATE) with every repository that is not there, or makes them where that is this action's to do. */
export async function requireRepositories(
  { aws, log }: { aws: Aws; log: Log },
  images: readonly ObservedImage[],
  { createRepositories, infraByHand, dryRun }: RepositoryWishes,
): Promise<readonly ObservedImage[]> {
  const missing = images.filter(({ found }) => found === undefined);
  if (missing.length === 0) return images;
  if (!createRepositories || !infraByHand) refuseMissing(missing, infraByHand);
  for (const { repository } of missing) {
    log.info(`The repository ${repository} ${dryRun ? 'would be' : 'is being'} created.`);
    if (!dryRun) await createRepository(aws, repository, lifecyclePolicy());
  }
  const empty = { byTag: new Map(), sameContent: undefined, before: undefined, hasCache: false };
  return images.map((image) => (image.found === undefined ? { ...image, found: empty } : image));
}

/** Repositories are infra's, unless the manifest says that there is no infra of ours. */
export function checkCreation({ createRepositories, infraByHand }: RepositoryWishes): void {
  if (!createRepositories || infraByHand) return;
  throw new ActionError(
    'E_INPUT',
    'The input `create-repositories` is for infrastructure that is made by other means.',
    {
      remedy: 'Leave it out and run the infra job, or say in the manifest under `infra` what there is.',
      place: 'create-repositories',
    },
  );
}

function refuseMissing(missing: readonly ObservedImage[], infraByHand: boolean): never {
  const [first, ...rest] = missing.map(({ service, repository }): Finding => ({
    code: 'E_STATE',
    place: `services.${service}`,
    message: `The registry has no repository ${repository}.`,
    remedy: infraByHand
      ? 'Create it, or set `create-repositories: true`.'
      : 'Run the infra job for this environment: it makes the repositories.',
  }));
  throw new Findings([first!, ...rest], 'Repositories');
}

/** Throws E_POLICY when `latest` is wanted and a repository does not let it go from image to image. */
export async function checkLatest(aws: Aws, images: readonly ImagePlan[], tags: readonly string[]): Promise<void> {
  if (!tags.includes(latestTag)) return;
  const repositories = await findRepositories(
    aws,
    images.map(({ repository }) => repository),
  );
  if ([...repositories.values()].some((repository) => !repository.mayMove(latestTag)))
    throw refusedTag('moves from image to image, in a repository that does not let it');
}
