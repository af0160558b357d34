import { Findings, type Finding } from '../../../lib/core/errors.ts';
import type { BuildPush } from './work.ts';
import { observeImages } from './observe.ts';
import { reportImages } from './report-images.ts';

/**
 * Collects what the parts have built: every service's image has the commit's tag, which a part gives when all of its own
 * are there. Nothing is handed from job to job but the registry, so nothing masked can be lost. Throws Findings (E_STATE)
 * for what no part has built.
 */
export async function joinShards(work: BuildPush): Promise<void> {
  const { aws, plan } = work;
  const commit = plan.tags[0]!;
  const observed = await observeImages(aws, { images: plan.images, tags: [commit], before: undefined }, new Map());
  const made = observed.flatMap((image) => {
    const stored = image.found?.byTag.get(commit);
    return stored === undefined
      ? []
      : [{ image, stored, how: 'joined' as const, seconds: 0, why: 'a part has built it' }];
  });
  const [first, ...rest] = observed
    .filter(({ found }) => found?.byTag.get(commit) === undefined)
    .map(({ service, repository }): Finding => ({
      code: 'E_STATE',
      place: `services.${service}`,
      message: `${repository} has no image of this commit.`,
      remedy: 'Run the parts first, all of them, with `needs`; the failed one again if one has failed.',
    }));
  if (first !== undefined) throw new Findings([first, ...rest], 'Joining the parts');
  reportImages(work, made, []);
}
