import { expect, test } from '@jest/globals';
import { releaseId } from '../release-id.ts';
import { isDigest, isRepositoryName, isTag, registryHost } from '../registry.ts';

test('a registry is named by account and region', () => {
  expect(registryHost('111122223333', 'eu-west-1')).toBe('111122223333.dkr.ecr.eu-west-1.amazonaws.com');
  expect(registryHost('111122223333', 'cn-north-1')).toBe('111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn');
});

test.each(['ab', 'smartboard-web', 'team/smartboard_web', 'a.b/c--d', 'x'.repeat(256)])(
  '%j is a repository',
  (name) => {
    expect(isRepositoryName(name)).toBe(true);
  },
);

test.each([
  '',
  'a',
  'Prod/API',
  'аpi',
  'x'.repeat(257),
  'api:latest',
  'api@sha256',
  'web,push=false',
  '/web',
  'web/',
  'a b',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com/api',
])('%j is no repository', (name) => {
  expect(isRepositoryName(name)).toBe(false);
});

test.each(['v1.0.0', '_x', 'x'.repeat(128)])('%j is a tag', (tag) => expect(isTag(tag)).toBe(true));

test.each(['', '.x', '-rm', 'x'.repeat(129), 'a/b', 'a:b', '$(id)', 'v1\n'])('%j is no tag', (tag) => {
  expect(isTag(tag)).toBe(false);
});

test.each(['sha256:abc', `sha256:${'A'.repeat(64)}`, `sha512:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}\n`])(
  '%j is no digest',
  (digest) => {
    expect(isDigest(digest)).toBe(false);
  },
);

test('a release is named by day, commit, run and attempt', () => {
  const at = Date.UTC(2026, 10, 23, 23, 59);
  expect(releaseId({ at, commit: '4f2a9c1b7e3d5f60', runId: '1001', runAttempt: 2 })).toBe(
    '20261123-4f2a9c1b7e3d-1001-2',
  );
});
