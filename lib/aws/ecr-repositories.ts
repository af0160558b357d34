import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  PutLifecyclePolicyCommand,
  type Repository as Described,
} from '@aws-sdk/client-ecr';
import { inBatches } from './batches.ts';
import { ecr } from './ecr.ts';
import { isNamed } from './errors.ts';
import type { Aws } from './session.ts';

/** A repository, by what it lets one do with a tag. */
export type Repository = {
  readonly name: string;
  /** Whether a tag that an image has may go to another one. */
  mayMove(tag: string): boolean;
};

/** Those of the repositories that the account has, by name. */
export async function findRepositories(aws: Aws, names: readonly string[]): Promise<ReadonlyMap<string, Repository>> {
  const batches = await Promise.all(inBatches([...new Set(names)], 100).map((batch) => describe(aws, batch)));
  return new Map(batches.flat().map((repository) => [repository.name, repository]));
}

/** ECR answers for all names or, when one is not there, for none: then each is asked for by itself. */
async function describe(aws: Aws, names: string[]): Promise<readonly Repository[]> {
  try {
    const { repositories = [] } = await aws.send(ecr(aws), new DescribeRepositoriesCommand({ repositoryNames: names }));
    return repositories.map(readRepository);
  } catch (error) {
    if (!isNamed(error, 'RepositoryNotFoundException')) throw error;
    if (names.length === 1) return [];
    return (await Promise.all(names.map((name) => describe(aws, [name])))).flat();
  }
}

function readRepository({
  repositoryName = '',
  imageTagMutability,
  imageTagMutabilityExclusionFilters,
}: Described): Repository {
  const filters = (imageTagMutabilityExclusionFilters ?? []).map(({ filter = '' }) => filter);
  const isExcluded = (tag: string) => filters.some((filter) => wildcard(filter).test(tag));
  const mutable = imageTagMutability?.startsWith('MUTABLE') ?? true;
  return { name: repositoryName, mayMove: (tag) => (isExcluded(tag) ? !mutable : mutable) };
}

/** `*` stands for any characters; there is nothing else to it. */
function wildcard(filter: string): RegExp {
  return new RegExp(`^${filter.split('*').map(escapeMarks).join('.*')}$`);
}

function escapeMarks(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/**
 * Makes a repository as infra would: tags that never move, but for the build cache; a scan at each push; and of images
 * that no good release has, the newest ten. Does nothing when it is there.
 */
export async function createRepository(aws: Aws, name: string, lifecyclePolicy: string): Promise<void> {
  try {
    await aws.send(
      ecr(aws),
      new CreateRepositoryCommand({
        repositoryName: name,
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'build-cache*' }],
        imageScanningConfiguration: { scanOnPush: true },
      }),
    );
  } catch (error) {
    if (!isNamed(error, 'RepositoryAlreadyExistsException')) throw error;
    return;
  }
  await aws.send(
    ecr(aws),
    new PutLifecyclePolicyCommand({ repositoryName: name, lifecyclePolicyText: lifecyclePolicy }),
  );
}
