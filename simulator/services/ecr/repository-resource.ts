import { z } from 'zod';
import type { ResourceProperties, ResourceProvider } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { parsePolicy } from './lifecycle.ts';
import { create } from './repositories.ts';
import { mutabilityShape, repositoryNameShape, tagListShape } from './shapes.ts';
import type { Registry, Repository } from './store.ts';

const servicePolicy = z.looseObject({
  Statement: z.array(z.looseObject({ Principal: z.strictObject({ Service: z.unknown() }) })),
});

const resourceShape = z.strictObject({
  RepositoryName: repositoryNameShape,
  ImageTagMutability: mutabilityShape.default('MUTABLE'),
  ImageTagMutabilityExclusionFilters: z
    .array(
      z.strictObject({
        ImageTagMutabilityExclusionFilterType: z.literal('WILDCARD'),
        ImageTagMutabilityExclusionFilterValue: z.string(),
      }),
    )
    .default([]),
  ImageScanningConfiguration: z.strictObject({ ScanOnPush: z.boolean() }).optional(),
  LifecyclePolicy: z.strictObject({ LifecyclePolicyText: z.string() }).optional(),
  EncryptionConfiguration: z.unknown().optional(),
  EmptyOnDelete: z.boolean().optional(),
  Tags: tagListShape.optional(),
  // Of other services, which pull nothing here: kept, and asked by nobody.
  RepositoryPolicyText: servicePolicy.optional(),
});

/** `AWS::ECR::Repository`. */
export function repositoryProvider(registry: Registry): ResourceProvider {
  return {
    nameProperty: 'RepositoryName',
    namesAre: { lowerCase: true },
    fixed: ['RepositoryName', 'EncryptionConfiguration'],
    create(properties) {
      const { name, settings } = readRepository(properties);
      const repository = Object.assign(create(registry, bare(name)), settings);
      return { ref: name, attributes: { Arn: repository.arn, RepositoryUri: repository.uri } };
    },
    update({ made, properties }) {
      Object.assign(registry.require(made.ref), readRepository(properties).settings);
      return made;
    },
    remove({ ref }, { EmptyOnDelete }) {
      if (registry.require(ref).manifests.size > 0 && EmptyOnDelete !== true) {
        throw new AwsError(
          'RepositoryNotEmptyException',
          `The repository with name '${ref}' in registry with id '${registry.account}' cannot be deleted because it still contains images`,
        );
      }
      registry.repositories.delete(ref);
    },
  };
}

/** A repository without settings: they are put over it, at its creation as later. */
const bare = (repositoryName: string): Parameters<typeof create>[1] => ({
  repositoryName,
  imageTagMutability: 'MUTABLE',
  imageTagMutabilityExclusionFilters: [],
});

type Settings = Pick<Repository, 'mutability' | 'exclusions' | 'scanOnPush' | 'lifecyclePolicy' | 'tags'>;

function readRepository(properties: ResourceProperties): { readonly name: string; readonly settings: Settings } {
  const read = resourceShape.parse(properties);
  const lifecyclePolicy = read.LifecyclePolicy?.LifecyclePolicyText;
  if (lifecyclePolicy !== undefined) parsePolicy(lifecyclePolicy);
  return {
    name: read.RepositoryName,
    settings: {
      mutability: read.ImageTagMutability,
      exclusions: read.ImageTagMutabilityExclusionFilters.map((it) => it.ImageTagMutabilityExclusionFilterValue),
      scanOnPush: read.ImageScanningConfiguration?.ScanOnPush ?? false,
      lifecyclePolicy,
      tags: new Map((read.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    },
  };
}
