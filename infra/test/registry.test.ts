import { describe, expect, test } from '@jest/globals';
import { lifecyclePolicy } from '../../lib/core/lifecycle.ts';
import { alone } from './alone.ts';
import { allOf } from './resources.ts';

describe('2. ECR — Container Registries', () => {
  const repositories = allOf(alone.registry(), 'AWS::ECR::Repository');

  test('Create one ECR repo per service', () => {
    expect(repositories.map((repository) => repository['RepositoryName'])).toEqual([
      'smartboard-svc-auth',
      'smartboard-svc-tenants',
      'smartboard-svc-datasets',
      'smartboard-svc-analytics',
      'smartboard-svc-dashboards',
      'smartboard-svc-realtime',
      'smartboard-worker',
      'smartboard-gateway',
      'smartboard-web',
    ]);
  });

  test('Add lifecycle policy: keep last 10 images, and those of good releases', () => {
    for (const repository of repositories)
      expect(repository['LifecyclePolicy']).toEqual({ LifecyclePolicyText: lifecyclePolicy() });
    expect(lifecyclePolicy()).toContain('"tagStatus":"any","countType":"imageCountMoreThan","countNumber":10');
  });

  test('Add ECR image scanning on push', () => {
    for (const repository of repositories)
      expect(repository['ImageScanningConfiguration']).toEqual({ ScanOnPush: true });
  });

  test('Tags never move, but for `latest` and the build cache', () => {
    for (const repository of repositories)
      expect(repository).toMatchObject({
        ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        ImageTagMutabilityExclusionFilters: [filter('latest'), filter('build-cache*')],
      });
  });

  test('Repositories outlive their stack, since other environments run their images', () => {
    for (const { DeletionPolicy } of Object.values(alone.registry().findResources('AWS::ECR::Repository')))
      expect(DeletionPolicy).toBe('Retain');
  });

  test('Nothing in it depends on the environment, which shares it with others', () => {
    const other = alone.registry(
      ['nat: per-az', 'nat: single\n    encryption: cmk\n    protection: false'],
      ['eu-west-1a, eu-west-1b', 'eu-west-1a, eu-west-1b, eu-west-1c'],
    );
    expect(other.toJSON()).toEqual(alone.registry().toJSON());
  });
});

function filter(value: string) {
  return { ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: value };
}
