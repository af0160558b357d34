import { z } from 'zod';
import { tagConditions, tagging, tagsByKey } from '../../authorization.ts';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from '../page.ts';
import { parsePolicy } from './lifecycle.ts';
import { exclusionShape, mutabilityShape, ownRegistry, repositoryNameShape, tagListShape } from './shapes.ts';
import type { Registry, Repository } from './store.ts';

/** Operations on repositories themselves. */
export function repositoryOperations(registry: Registry): Record<string, Operation> {
  const resources = ({ repositoryName }: { repositoryName: string }) => [registry.arnOf(repositoryName)];
  const named = { registryId: ownRegistry(registry), repositoryName: repositoryNameShape };
  return {
    CreateRepository: createRepository(registry),
    DescribeRepositories: describeRepositories(registry),
    DeleteRepository: operation({
      input: z.strictObject({ ...named, force: z.boolean().default(false) }),
      resources,
      run({ repositoryName, force }) {
        const repository = registry.require(repositoryName);
        if (!force && repository.manifests.size > 0) {
          throw new AwsError(
            'RepositoryNotEmptyException',
            `The repository with name '${repositoryName}' in registry with id '${registry.account}' cannot be deleted because it still contains images`,
          );
        }
        registry.repositories.delete(repositoryName);
        return { repository: shown(registry, repository) };
      },
    }),
    PutLifecyclePolicy: operation({
      input: z.strictObject({ ...named, lifecyclePolicyText: z.string().min(100).max(30_720) }),
      resources,
      run({ repositoryName, lifecyclePolicyText }) {
        const repository = registry.require(repositoryName);
        parsePolicy(lifecyclePolicyText);
        repository.lifecyclePolicy = lifecyclePolicyText;
        return { registryId: registry.account, repositoryName, lifecyclePolicyText };
      },
    }),
    GetLifecyclePolicy: operation({
      input: z.strictObject(named),
      resources,
      run({ repositoryName }) {
        const { lifecyclePolicy } = registry.require(repositoryName);
        if (lifecyclePolicy === undefined) {
          throw new AwsError(
            'LifecyclePolicyNotFoundException',
            `Lifecycle policy does not exist for the repository with name '${repositoryName}' in the registry with id '${registry.account}'`,
          );
        }
        return { registryId: registry.account, repositoryName, lifecyclePolicyText: lifecyclePolicy };
      },
    }),
  };
}

const createShape = z.strictObject({
  repositoryName: repositoryNameShape,
  tags: tagListShape.optional(),
  imageTagMutability: mutabilityShape.default('MUTABLE'),
  imageTagMutabilityExclusionFilters: z.array(exclusionShape).max(5).default([]),
  imageScanningConfiguration: z.strictObject({ scanOnPush: z.boolean().default(false) }).optional(),
  encryptionConfiguration: z.strictObject({ encryptionType: z.literal('AES256') }).optional(),
});

type NewRepository = z.output<typeof createShape>;

const createRepository = (registry: Registry) =>
  operation({
    input: createShape.extend({ registryId: ownRegistry(registry) }),
    resources: ({ repositoryName }) => [registry.arnOf(repositoryName)],
    conditions: ({ tags }) => tagConditions(tagsByKey(tags)),
    dependents: ({ repositoryName, tags }) =>
      tagging('ecr:TagResource', registry.arnOf(repositoryName), tagsByKey(tags)),
    run: (input) => ({ repository: shown(registry, create(registry, input)) }),
  });

/** Throws RepositoryAlreadyExistsException. */
export function create(registry: Registry, input: NewRepository): Repository {
  const repository = registry.create(input.repositoryName);
  repository.mutability = input.imageTagMutability;
  repository.exclusions = input.imageTagMutabilityExclusionFilters.map(({ filter }) => filter);
  repository.scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false;
  for (const { Key, Value } of input.tags ?? []) repository.tags.set(Key, Value);
  return repository;
}

const describeRepositories = (registry: Registry) =>
  operation({
    input: z.strictObject({
      registryId: ownRegistry(registry),
      repositoryNames: z.array(repositoryNameShape).min(1).max(100).optional(),
      nextToken: z.string().optional(),
      maxResults: z.number().int().min(1).max(1000).default(100),
    }),
    resources: ({ repositoryNames }) => repositoryNames?.map((name) => registry.arnOf(name)) ?? [registry.arnOf('*')],
    run({ repositoryNames, nextToken, maxResults }) {
      const found = repositoryNames?.map((name) => registry.require(name)) ?? [...registry.repositories.values()];
      const { items, next } = page(found, maxResults, nextToken, 'InvalidParameterException');
      return { repositories: items.map((it) => shown(registry, it)), nextToken: next };
    },
  });

function shown(registry: Registry, repository: Repository) {
  const { exclusions } = repository;
  return {
    repositoryArn: repository.arn,
    registryId: registry.account,
    repositoryName: repository.name,
    repositoryUri: repository.uri,
    createdAt: repository.created,
    imageTagMutability: repository.mutability,
    ...(exclusions.length === 0
      ? {}
      : { imageTagMutabilityExclusionFilters: exclusions.map((filter) => ({ filterType: 'WILDCARD', filter })) }),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: { encryptionType: 'AES256' },
  };
}
