import { createHash } from 'node:crypto';
import { type StoredImage, findImage } from '../../../lib/aws/ecr.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { Images } from '../../../lib/core/release.ts';
import type { BuildPlan, ImagePlan } from './plan.ts';

/** An image that ECR has, by the digest that BuildKit gave it. */
export type PushedImage = ImagePlan & { readonly stored: StoredImage };

/** Reads every pushed image back from ECR, and holds its bytes against the digest. */
export function readBack(aws: Aws, { images }: BuildPlan, digests: Images): Promise<readonly PushedImage[]> {
  return Promise.all(
    images.map(async (image) => {
      const digest = digests[image.service]!;
      const stored = await waitForImage(aws, image.repository, digest);
      const actual = `sha256:${createHash('sha256').update(stored.manifest).digest('hex')}`;
      if (stored.digest !== digest || actual !== digest) {
        throw mismatch(
          image.service,
          `BuildKit pushed ${digest}, ECR gives ${actual === digest ? stored.digest : actual}`,
        );
      }
      return { ...image, stored };
    }),
  );
}

const patienceMs = 15_000;

/** What was pushed a moment ago may be a moment late. */
async function waitForImage(aws: Aws, repository: string, digest: string): Promise<StoredImage> {
  const until = aws.clock.elapsed() + patienceMs;
  for (let pauseMs = 250; ; pauseMs *= 2) {
    const found = await findImage(aws, repository, { digest });
    if (found !== undefined) return found;
    if (aws.clock.elapsed() + pauseMs > until)
      throw mismatch(repository, `BuildKit pushed ${digest}, ECR does not have it`);
    await aws.clock.sleep(pauseMs);
  }
}

function mismatch(place: string, what: string): ActionError {
  return new ActionError('E_STATE', `${what}.`, {
    remedy: 'Do not deploy this image: find out who else writes to the repository, then run the job again.',
    place,
  });
}
