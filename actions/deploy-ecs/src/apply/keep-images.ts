import { findImage, tagImage } from '../../../../lib/aws/ecr.ts';
import { paceOf } from '../../../../lib/aws/pace.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { Log } from '../../../../lib/core/world.ts';
import type { ServicePlan } from '../deploy/plan-service.ts';
import { isTrouble } from './trouble.ts';

type KeepWorld = { readonly aws: Aws; readonly log: Log; readonly signal: AbortSignal; readonly release: string };

/**
 * Tags the images that a good release has brought `released-<id>`, so that the registry's lifecycle rule keeps what
 * runs and what one can go back to. An image that the release before had too has its tag already; tags are not removed
 * with old records, since a service may run one image through many releases.
 */
export async function keepImages(services: readonly ServicePlan[], world: KeepWorld): Promise<void> {
  const { aws, log, signal, release } = world;
  // ECR takes ten PutImage a second.
  const pace = paceOf(aws.clock, { burst: 10, everyMs: 150 });
  const tag = `released-${release}`;
  await Promise.all(
    services
      .filter(({ imageIsNew }) => imageIsNew)
      .map(async ({ name, wanted: { infra, digest } }) => {
        await pace(signal);
        try {
          const image = await findImage(aws, infra.repository, { digest });
          const outcome = image === undefined ? 'gone' : await tagImage(aws, infra.repository, image, tag);
          if (outcome !== 'tagged') log.warn(`${name}: its image could not be tagged ${tag}: ${reasons[outcome]}`);
        } catch (error) {
          if (!isTrouble(error, signal)) throw error;
          log.warn(`${name}: its image was not tagged ${tag}, so a lifecycle rule may expire it: ${error.message}`);
        }
      }),
  );
}

const reasons = { gone: 'it is not in the repository any more.', taken: 'another image has this tag.' } as const;
