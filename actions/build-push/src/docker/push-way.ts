import type { Builder } from './builder.ts';
import type { BuildTask, BuildableImage } from './building.ts';

/** Whether images are pushed, and what they are called then. */
export type PushWay =
  | { readonly kind: 'none' }
  /** By the tag of their content, where nobody has that yet; else by digest. */
  | { readonly kind: 'content' }
  /** By digest alone. */
  | { readonly kind: 'digest' }
  /** All by one tag: for builders that cannot push by digest. */
  | { readonly kind: 'tag'; readonly tag: string };

export function choosePushWay({ push, pushTag }: Pick<BuildTask, 'push' | 'pushTag'>, builder: Builder): PushWay {
  if (!push) return { kind: 'none' };
  return builder.kind === 'buildkit' ? { kind: 'content' } : { kind: 'tag', tag: pushTag };
}

/** The tag that an image is pushed under; undefined: none. */
export function tagToPush({ content, found }: Pick<BuildableImage, 'content' | 'found'>, way: PushWay) {
  if (way.kind === 'tag') return way.tag;
  const isNew = found?.sameContent === undefined;
  return way.kind === 'content' && content.kind === 'known' && isNew ? content.tag : undefined;
}

/**
 * After a push that failed: it may have got as far as the tag, and what is made again need not be the same image (an
 * attestation bears the time), which the repository would then refuse.
 */
export function wayAfterFailure(way: PushWay): PushWay {
  return way.kind === 'content' ? { kind: 'digest' } : way;
}
