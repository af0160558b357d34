import { ActionError } from '../../../../lib/core/errors.ts';
import { isTag } from '../../../../lib/core/registry.ts';
import { type Inputs, malformed } from '../../../../lib/github/inputs.ts';

/** The one tag that may move, where the repository lets it: people expect it, and no deployment looks at it. */
export const latestTag = 'latest';

export function readTags(inputs: Inputs): readonly string[] {
  const tags = inputs.list('tags');
  for (const tag of tags) {
    if (!isTag(tag)) throw malformed('tags', 'must hold tags: letters, digits and ._- only, at most 128 of them');
    const why = whyRefused(tag);
    if (why !== undefined) throw refusedTag(why);
  }
  return tags;
}

/** A tag that is understood, and not given; `why` goes on from "holds a tag that …". */
export function refusedTag(why: string): ActionError {
  return new ActionError('E_POLICY', `The input \`tags\` holds a tag that ${why}.`, {
    remedy: 'Use tags that are given once, such as v1.4.2; what is deployed is named by digest.',
    place: 'tags',
  });
}

function whyRefused(tag: string): string | undefined {
  if (movingTags.has(tag.toLowerCase())) return 'moves from image to image';
  if (tag.startsWith('released-')) return 'is kept for releases that went well';
  if (/^(?:content-|run-|build-cache)/.test(tag)) return 'build-push itself gives';
  if (/^sha256[-:]/.test(tag)) return 'looks like a digest';
  return tag.toLowerCase() === latestTag && tag !== latestTag ? 'moves from image to image' : undefined;
}

const movingTags: ReadonlySet<string> = new Set([
  'stable',
  'edge',
  'nightly',
  'canary',
  'head',
  'main',
  'master',
  'trunk',
  'develop',
  'development',
  'dev',
  'test',
  'qa',
  'stage',
  'staging',
  'prod',
  'production',
  'live',
  'release',
  'current',
]);
