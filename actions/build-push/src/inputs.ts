import { ActionError } from '../../../lib/core/errors.ts';
import { isTag } from '../../../lib/core/registry.ts';
import { type CommonInputs, readCommonInputs } from '../../../lib/github/common-inputs.ts';
import { type Inputs, malformed } from '../../../lib/github/inputs.ts';
import type { Job } from '../../../lib/github/job.ts';

export type BuildPushInputs = CommonInputs & {
  /** Where the registry is reached, `host` or `host:port`; undefined: at its own name. */
  readonly registry: string | undefined;
  /** Empty: all services. */
  readonly services: readonly string[];
  /** The commit first, then the given ones. */
  readonly tags: readonly string[];
  /** Empty: as the manifest says. */
  readonly platforms: readonly string[];
};

export function readBuildPushInputs(inputs: Inputs, job: Job): BuildPushInputs {
  return {
    ...readCommonInputs(inputs),
    registry: readRegistry(inputs),
    services: inputs.list('services'),
    tags: [...new Set([readCommit(job), ...readTags(inputs)])],
    platforms: readPlatforms(inputs),
  };
}

function readRegistry(inputs: Inputs): string | undefined {
  const registry = inputs.optional('registry');
  if (registry !== undefined && !/^[a-z0-9.-]{1,255}(:[1-9]\d{0,4})?$/.test(registry)) {
    throw malformed('registry', 'must be a host, with a port at most: no scheme, no repository, no tag');
  }
  return registry;
}

/** Every image is tagged with the commit it was built from. */
function readCommit({ commit }: Job): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return commit;
  throw new ActionError('E_INPUT', 'GITHUB_SHA is not a full commit id.', {
    remedy: 'Run this action in a GitHub Actions job, or set GITHUB_SHA to the commit that is checked out.',
    place: 'GITHUB_SHA',
  });
}

function readTags(inputs: Inputs): readonly string[] {
  const tags = inputs.list('tags');
  for (const tag of tags) {
    if (!isTag(tag)) throw malformed('tags', 'must hold tags: letters, digits and ._- only, at most 128 of them');
    const why = whyRefused(tag);
    if (why !== undefined) {
      throw new ActionError('E_POLICY', `The input \`tags\` holds a tag that ${why}.`, {
        remedy: 'Use tags that are given once, such as v1.4.2; what is deployed is named by digest.',
        place: 'tags',
      });
    }
  }
  return tags;
}

function whyRefused(tag: string): string | undefined {
  if (movingTags.has(tag.toLowerCase())) return 'moves from image to image';
  if (tag.startsWith('released-')) return 'is kept for releases that went well';
  if (/^sha256[-:]/.test(tag)) return 'looks like a digest';
  return undefined;
}

const movingTags: ReadonlySet<string> = new Set([
  'latest',
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

function readPlatforms(inputs: Inputs): readonly string[] {
  const platforms = [...new Set(inputs.list('platforms'))];
  if (platforms.some((platform) => platform !== 'linux/amd64' && platform !== 'linux/arm64')) {
    throw malformed('platforms', 'must hold linux/amd64 or linux/arm64: Fargate runs nothing else');
  }
  return platforms;
}
