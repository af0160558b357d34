import { findRepositories } from '../../../lib/aws/ecr-repositories.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import type { Decision } from './decide.ts';
import type { BuildInputs, CacheWish } from './inputs/build.ts';
import { type ObservedImage, cacheTag } from './observe.ts';
import type { ImagePlan } from './plan.ts';

type CacheInputs = Pick<BuildInputs, 'cacheFrom' | 'cacheTo'>;

export type CacheWishes = { readonly from: CacheWish; readonly to: CacheWish; readonly address: string };

/**
 * The images that are to be built, with their caches in buildx's words. What nobody says otherwise is in the image's own
 * repository: read when it is there, written when it is not or when the repository lets its tag move.
 */
export async function planCaches(
  aws: Aws,
  decisions: readonly Decision[],
  { from, to, address }: CacheWishes,
): Promise<readonly Decision[]> {
  const toBuild = decisions.filter(({ kind }) => kind === 'build').map(({ image }) => image);
  const rewritten = to.kind === 'registry' ? toBuild.filter(hasCache).map(({ repository }) => repository) : [];
  const repositories = rewritten.length === 0 ? new Map() : await findRepositories(aws, rewritten);
  return decisions.map((decision): Decision => {
    if (decision.kind !== 'build') return decision;
    const { image } = decision;
    const reference = `type=registry,ref=${address}/${image.repository}:${cacheTag}`;
    const mayWrite = !hasCache(image) || repositories.get(image.repository)?.mayMove(cacheTag) === true;
    const cache = {
      from: from.kind === 'given' ? fill(from.entries, image) : hasCache(image) ? [reference] : [],
      to: to.kind === 'given' ? fill(to.entries, image) : mayWrite ? [`${reference},${cacheOptions}`] : [],
    };
    return { ...decision, image: { ...image, cache } };
  });
}

/** Caches that are given by name; where AWS is not asked, nobody knows what the registry has, or may log in to it. */
export function givenCaches(
  image: Pick<ImagePlan, 'service'>,
  { cacheFrom: from, cacheTo: to }: CacheInputs,
): ImagePlan['cache'] {
  return {
    from: from.kind === 'given' ? fill(from.entries, image) : [],
    to: to.kind === 'given' ? fill(to.entries, image) : [],
  };
}

/** Whether docker must be given the token of GitHub's cache. */
export function usesGithubCache({ cacheFrom, cacheTo }: CacheInputs): boolean {
  return [cacheFrom, cacheTo].some(
    (wish) => wish.kind === 'given' && wish.entries.some((entry) => entry.startsWith('type=gha')),
  );
}

function hasCache({ found }: ObservedImage): boolean {
  return found?.hasCache === true;
}

/** ECR takes a cache only as an image manifest with OCI types; one that cannot be written is not worth a red build. */
const cacheOptions = 'mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true';

function fill(entries: readonly string[], { service }: Pick<ImagePlan, 'service'>): readonly string[] {
  return entries.map((entry) => entry.replaceAll('{service}', service));
}
