import type { StoredImage } from '../../../lib/aws/ecr.ts';
import { missingPlatforms } from './image-index.ts';
import type { ObservedImage } from './observe.ts';

/** What is to be done for one image, and why. */
export type Decision =
  | { readonly kind: 'build'; readonly image: ObservedImage; readonly why: string }
  /** The registry has the same content: it gets the tags that it lacks, without a build. */
  | { readonly kind: 'retag'; readonly image: ObservedImage; readonly stored: StoredImage };

export type DecideWishes = { readonly skipUnchanged: boolean; readonly noCache: boolean };

/** When in doubt, build. */
export function decideImages(images: readonly ObservedImage[], wishes: DecideWishes): readonly Decision[] {
  return images.map((image): Decision => {
    const stored = image.found?.sameContent;
    const why = whyBuild(image, wishes);
    return why === undefined && stored !== undefined
      ? { kind: 'retag', image, stored }
      : { kind: 'build', image, why: why ?? 'its content is new' };
  });
}

function whyBuild(image: ObservedImage, { skipUnchanged, noCache }: DecideWishes): string | undefined {
  if (noCache) return '`no-cache` asks for it';
  if (!skipUnchanged) return '`skip-unchanged` is off';
  if (image.content.kind === 'unknown') return image.content.why;
  // It got the tag of its content with its push, before anybody had looked at it.
  const stored = image.found?.sameContent;
  const missing = stored === undefined ? [] : missingPlatforms(stored, image.build.platforms);
  return missing.length === 0 ? undefined : `the image of the same content has nothing for ${missing.join(', ')}`;
}
