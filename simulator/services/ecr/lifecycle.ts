import { z } from 'zod';
import { AwsError, notSimulated, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { ownRegistry, repositoryNameShape } from './shapes.ts';
import { tagsOf } from './store.ts';
import type { Registry, Repository, StoredManifest } from './store.ts';

/**
 * Lifecycle policies as docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html describes them: each image
 * is expired by one rule or none, and what a rule selects by its tags no rule of a lower priority expires.
 */
const policyShape = z.strictObject({
  rules: z.array(
    z.strictObject({
      rulePriority: z.number().int().min(1),
      description: z.string().optional(),
      selection: z.strictObject({
        tagStatus: z.enum(['tagged', 'untagged', 'any']),
        tagPrefixList: z.array(z.string()).optional(),
        tagPatternList: z.array(z.string()).optional(),
        countType: z.enum(['imageCountMoreThan', 'sinceImagePushed']),
        countUnit: z.literal('days').optional(),
        countNumber: z.number().int().min(1),
      }),
      action: z.strictObject({ type: z.literal('expire') }),
    }),
  ),
});

type Rule = z.output<typeof policyShape>['rules'][number];

/** Whether a text is a policy that ECR takes. Throws InvalidParameterException. */
export function parsePolicy(text: string): readonly Rule[] {
  const parsed = policyShape.safeParse(parseJson(text));
  const rules = parsed.success ? parsed.data.rules : [];
  const any = rules.filter(({ selection }) => selection.tagStatus === 'any');
  const last = Math.max(...rules.map(({ rulePriority }) => rulePriority));
  const isValid =
    parsed.success &&
    new Set(rules.map(({ rulePriority }) => rulePriority)).size === rules.length &&
    any.every(({ rulePriority }) => rulePriority === last) &&
    rules.every(({ selection: { tagStatus, tagPrefixList, tagPatternList } }) =>
      tagStatus === 'tagged' ? (tagPrefixList ?? tagPatternList) !== undefined : tagPrefixList === undefined,
    );
  if (!isValid) {
    throw new AwsError(
      'InvalidParameterException',
      "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure'",
    );
  }
  if (rules.some(({ selection }) => selection.tagPatternList !== undefined)) throw notSimulated('tagPatternList');
  return rules.toSorted((one, other) => one.rulePriority - other.rulePriority);
}

/** What the policy would expire now, each with the priority of its rule. */
export function expiring(
  repository: Repository,
  policy: readonly Rule[],
  now: Date,
): readonly { readonly image: StoredManifest; readonly rule: number }[] {
  const selectedByTags = new Set<StoredManifest>();
  const expired = new Map<StoredManifest, number>();
  const children = childrenOf(repository);
  for (const { rulePriority, selection } of policy) {
    const matching = imagesNewestFirst(repository).filter(
      (image) => !children.has(image.digest) && isSelected(tagsOf(repository, image.digest), selection),
    );
    for (const image of beyondCount(matching, selection, now)) {
      if (!selectedByTags.has(image) && !expired.has(image)) expired.set(image, rulePriority);
    }
    if (selection.tagStatus === 'tagged') matching.forEach((image) => selectedByTags.add(image));
  }
  return [...expired].map(([image, rule]) => ({ image, rule }));
}

/** The preview: what would go, in the order of the rules. */
export function lifecycleOperations(registry: Registry): Record<string, Operation> {
  const named = { registryId: ownRegistry(registry), repositoryName: repositoryNameShape };
  const resources = ({ repositoryName }: { repositoryName: string }) => [registry.arnOf(repositoryName)];
  const previewed = new Set<string>();
  const described = (repositoryName: string, status: string) => ({
    registryId: registry.account,
    repositoryName,
    lifecyclePolicyText: policyOf(registry, repositoryName),
    status,
  });
  return {
    StartLifecyclePolicyPreview: operation({
      input: z.strictObject(named),
      resources,
      run({ repositoryName }) {
        const answer = described(repositoryName, 'IN_PROGRESS');
        previewed.add(repositoryName);
        return answer;
      },
    }),
    GetLifecyclePolicyPreview: operation({
      input: z.strictObject(named),
      resources,
      run({ repositoryName }) {
        const answer = described(repositoryName, 'COMPLETE');
        if (!previewed.has(repositoryName)) {
          throw new AwsError('LifecyclePolicyPreviewNotFoundException', 'There is no dry run for this repository.');
        }
        const repository = registry.require(repositoryName);
        const found = expiring(repository, parsePolicy(answer.lifecyclePolicyText), registry.now());
        return {
          ...answer,
          previewResults: found.map(({ image, rule }) => ({
            imageDigest: image.digest,
            imageTags: tagsOf(repository, image.digest),
            imagePushedAt: image.pushed,
            action: { type: 'EXPIRE' },
            appliedRulePriority: rule,
          })),
          summary: { expiringImageTotalCount: found.length },
        };
      },
    }),
  };
}

function policyOf(registry: Registry, repositoryName: string): string {
  const { lifecyclePolicy } = registry.require(repositoryName);
  if (lifecyclePolicy !== undefined) return lifecyclePolicy;
  throw new AwsError(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${repositoryName}' in the registry with id '${registry.account}'`,
  );
}

function isSelected(tags: readonly string[], { tagStatus, tagPrefixList = [] }: Rule['selection']): boolean {
  if (tagStatus === 'any') return true;
  if (tagStatus === 'untagged') return tags.length === 0;
  return tagPrefixList.every((prefix) => tags.some((tag) => tag.startsWith(prefix)));
}

function beyondCount(
  newestFirst: readonly StoredManifest[],
  { countType, countNumber }: Rule['selection'],
  now: Date,
): readonly StoredManifest[] {
  if (countType === 'imageCountMoreThan') return newestFirst.slice(countNumber);
  const limit = now.getTime() - countNumber * 86_400_000;
  return newestFirst.filter(({ pushed }) => pushed.getTime() < limit);
}

function imagesNewestFirst(repository: Repository): readonly StoredManifest[] {
  return [...repository.manifests.values()].toReversed().toSorted((one, other) => +other.pushed - +one.pushed);
}

/** What an index names goes with it and not before. */
function childrenOf({ manifests }: Repository): ReadonlySet<string> {
  return new Set(
    [...manifests.values()].flatMap(({ manifest }) =>
      manifest.kind === 'index' ? manifest.manifests.map(({ digest }) => digest) : [],
    ),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
