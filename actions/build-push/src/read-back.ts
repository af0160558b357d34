import { createHash } from 'node:crypto';
import { type StoredImage, findImage } from '../../../lib/aws/ecr.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import { missingPlatforms, platformsOf } from './image-index.ts';
import type { ObservedImage } from './observe.ts';

/**
 * Reads an image back from ECR, holds its bytes against the digest that docker reported, and, when it is an index,
 * looks for an image of every platform in it. Throws E_STATE.
 */
export async function readBack(aws: Aws, image: ObservedImage, digest: string): Promise<StoredImage> {
  const { service, repository, build } = image;
  const stored = await waitForImage(aws, repository, digest);
  const actual = `sha256:${createHash('sha256').update(stored.manifest).digest('hex')}`;
  if (stored.digest !== digest || actual !== digest) {
    throw mismatch(service, `docker pushed ${digest}, ECR gives ${actual === digest ? stored.digest : actual}`);
  }
  const missing = missingPlatforms(stored, build.platforms);
  if (missing.length > 0) {
    const present = platformsOf(stored)!.join(', ');
    throw mismatch(service, `the index ${digest} has no image for ${missing.join(', ')}, only for ${present}`);
  }
  return stored;
}

const patienceMs = 15_000;

/** What was pushed a moment ago may be a moment late. */
async function waitForImage(aws: Aws, repository: string, digest: string): Promise<StoredImage> {
  const until = aws.clock.elapsed() + patienceMs;
  for (let pauseMs = 250; ; pauseMs *= 2) {
    const found = await findImage(aws, repository, { digest });
    if (found !== undefined) return found;
    if (aws.clock.elapsed() + pauseMs > until)
      throw mismatch(repository, `docker pushed ${digest}, ECR does not have it`);
    await aws.clock.sleep(pauseMs);
  }
}

function mismatch(place: string, what: string): ActionError {
  return new ActionError('E_STATE', `${what}.`, {
    remedy: 'Do not deploy this image: find out who else writes to the repository, then run the job again.',
    place,
  });
}
