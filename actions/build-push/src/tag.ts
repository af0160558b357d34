import { findImage, tagImage } from '../../../lib/aws/ecr.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { Findings, type Finding } from '../../../lib/core/errors.ts';
import type { PushedImage } from './verify.ts';

/** What each tag of each image needs. */
export type TagPlan = { readonly image: PushedImage; readonly tag: string; readonly holder: string | undefined };

/** Who has each tag now: nobody, this image (an earlier attempt), or another one. */
export function observeTags(
  aws: Aws,
  images: readonly PushedImage[],
  tags: readonly string[],
): Promise<readonly TagPlan[]> {
  const wanted = images.flatMap((image) => tags.map((tag) => ({ image, tag })));
  return Promise.all(
    wanted.map(async ({ image, tag }) => {
      const holder = await findImage(aws, image.repository, { tag });
      return { image, tag, holder: holder?.digest };
    }),
  );
}

/**
 * Puts every tag that is missing, after all images are there. A tag that another image has is never moved, whether
 * the repository would let it or not: throws Findings (E_STATE) naming both, before any tag is put.
 */
export async function putTags(aws: Aws, plans: readonly TagPlan[]): Promise<void> {
  const taken = plans.filter(({ image, holder }) => holder !== undefined && holder !== image.stored.digest);
  refuse(taken.map(({ image, tag, holder }) => conflict(image, tag, holder!)));
  const missing = plans.filter(({ holder }) => holder === undefined);
  const lost = await Promise.all(
    missing.map(async ({ image, tag }) => {
      if ((await tagImage(aws, image.repository, image.stored, tag)) === 'tagged') return undefined;
      const holder = await findImage(aws, image.repository, { tag });
      return holder?.digest === image.stored.digest
        ? undefined
        : conflict(image, tag, holder?.digest ?? 'another image');
    }),
  );
  refuse(lost.filter((finding) => finding !== undefined));
}

function refuse([first, ...rest]: readonly Finding[]): void {
  if (first !== undefined) throw new Findings([first, ...rest], 'Tags');
}

function conflict({ repository, stored }: PushedImage, tag: string, holder: string): Finding {
  return {
    code: 'E_STATE',
    place: `${repository}:${tag}`,
    message: `The tag belongs to ${holder} already; this build made ${stored.digest}.`,
    remedy: 'Deploy the image that has the tag, or build a new commit: a tag never moves.',
  };
}
