import { type StoredImage, findImage, tagImage } from '../../../lib/aws/ecr.ts';
import { type Pace, paceOf } from '../../../lib/aws/pace.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { Findings, type Finding } from '../../../lib/core/errors.ts';
import { latestTag } from './inputs/tags.ts';
import type { ObservedImage } from './observe.ts';

/** An image that the registry has, and that is to get its tags. */
export type ReadyImage = { readonly image: ObservedImage; readonly stored: StoredImage };

/** An image with the tag that its push has given it; undefined: none. */
export type PushedImage = ReadyImage & { readonly pushedAs: string | undefined };

export type TagWorld = { readonly aws: Aws; readonly pace: Pace };

/**
 * ECR takes ten PutImage a second of an account; one is left to others. What it throttles costs more time than what is
 * held back here. https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
 */
export function taggingPace({ clock }: Pick<Aws, 'clock'>): Pace {
  return paceOf(clock, { burst: 9, everyMs: 100 });
}

type TagPlan = ReadyImage & { readonly tag: string };

/**
 * Puts every tag that is missing, after all images are there; `latest` moves, the others never do. Throws Findings
 * (E_STATE) naming both digests when another image has a tag, before any tag is put.
 */
export async function putTags(
  { aws, pace }: TagWorld,
  images: readonly ReadyImage[],
  tags: readonly string[],
): Promise<void> {
  const wanted = images.flatMap((ready) => tags.map((tag) => ({ ...ready, tag })));
  const missing = wanted.filter(({ image, stored, tag }) => holderOf(image, tag) !== stored.digest);
  const taken = missing.filter(({ image, tag }) => tag !== latestTag && holderOf(image, tag) !== undefined);
  refuse(taken.map((plan) => conflict(plan, holderOf(plan.image, plan.tag)!)));
  const lost = await Promise.all(
    missing.map(async (plan) => {
      await pace();
      return putTag(aws, plan);
    }),
  );
  refuse(lost.filter((finding) => finding !== undefined));
}

/**
 * Notes down what each image was made of, so that the next run need not build it; most pushes have done so already.
 * Another image of the same content is as good: its note stays.
 */
export async function noteContents({ aws, pace }: TagWorld, images: readonly PushedImage[]): Promise<void> {
  await Promise.all(
    images.map(async ({ image, stored, pushedAs }) => {
      const { content, found } = image;
      if (content.kind === 'unknown' || found?.sameContent !== undefined || pushedAs === content.tag) return;
      await pace();
      await tagImage(aws, image.repository, stored, content.tag);
    }),
  );
}

function holderOf({ found }: ObservedImage, tag: string): string | undefined {
  return found?.byTag.get(tag)?.digest;
}

/** A tag that somebody else put meanwhile is fine when it is on the same image. */
async function putTag(aws: Aws, plan: TagPlan): Promise<Finding | undefined> {
  const { image, stored, tag } = plan;
  if ((await tagImage(aws, image.repository, stored, tag)) === 'tagged') return undefined;
  const holder = await findImage(aws, image.repository, { tag });
  return holder?.digest === stored.digest ? undefined : conflict(plan, holder?.digest ?? 'another image');
}

function refuse([first, ...rest]: readonly Finding[]): void {
  if (first !== undefined) throw new Findings([first, ...rest], 'Tags');
}

function conflict({ image, stored, tag }: TagPlan, holder: string): Finding {
  return {
    code: 'E_STATE',
    place: `${image.repository}:${tag}`,
    message: `The tag belongs to ${holder} already; this build made ${stored.digest}.`,
    remedy: 'Deploy the image that has the tag, or build a new commit: a tag never moves.',
  };
}
