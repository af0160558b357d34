import { describe, expect, test } from '@jest/globals';
import { findRepositories } from '../ecr-repositories.ts';
import { describeScan } from '../ecr-scans.ts';
import { findImages } from '../ecr.ts';
import { openAws } from '../session.ts';
import { type Answer, answers, fakeTransport, patientClock, refuses } from './transport.ts';

function registry(...script: readonly Answer[]) {
  const transport = fakeTransport(script);
  const aws = openAws({
    region: 'eu-west-1',
    credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
    requestHandler: transport.handler,
    clock: patientClock(),
    chance: () => 0.5,
    log: { info: () => {}, warn: () => {}, group: (_title, work) => work() },
  });
  return { aws, requests: transport.requests };
}

const json = (value: unknown) => answers(JSON.stringify(value));
const digest = `sha256:${'1'.repeat(64)}`;

const status = (name: string, findings: object = {}) =>
  json({ imageScanStatus: { status: name }, imageScanFindings: findings });

const basicFinding = (name: string) => ({
  name,
  severity: 'LOW',
  attributes: [
    { key: 'package_name', value: 'zlib' },
    { key: 'package_version', value: '1.2' },
  ],
});

const page = (name: string, nextToken?: string) =>
  json({ imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: { findings: [basicFinding(name)] }, nextToken });

describe('the scan of an image', () => {
  test('of the enhanced kind never completes: being active is enough', async () => {
    const packages = [{ name: 'openssl', version: '3.0.2' }];
    const details = { vulnerabilityId: 'CVE-2026-1', vulnerablePackages: packages };
    const finding = { title: 'CVE-2026-1 - openssl', severity: 'HIGH', packageVulnerabilityDetails: details };
    const { aws } = registry(status('ACTIVE', { enhancedFindings: [finding] }));
    expect(await describeScan(aws, 'web', digest)).toEqual({
      kind: 'done',
      findings: [{ name: 'CVE-2026-1', severity: 'HIGH', where: 'openssl 3.0.2' }],
    });
  });

  test('of the enhanced kind leaves out what Inspector has closed, and not what it was told to suppress', async () => {
    const enhancedFindings = ['ACTIVE', 'CLOSED', 'SUPPRESSED'].map((state) => ({
      title: state,
      severity: 'HIGH',
      status: state,
    }));
    const scan = await describeScan(registry(status('ACTIVE', { enhancedFindings })).aws, 'web', digest);
    expect(scan).toMatchObject({ findings: [{ name: 'ACTIVE' }, { name: 'SUPPRESSED' }] });
  });

  test('of the basic kind is read page by page', async () => {
    const { aws, requests } = registry(page('CVE-1', 'more'), page('CVE-2'));
    const scan = await describeScan(aws, 'web', digest);
    expect(scan).toMatchObject({ findings: [{ name: 'CVE-1', where: 'zlib 1.2' }, { name: 'CVE-2' }] });
    expect(requests).toHaveLength(2);
  });

  test.each([
    ['IN_PROGRESS', 'pending'],
    ['PENDING', 'pending'],
    ['UNSUPPORTED_IMAGE', 'impossible'],
    ['FAILED', 'impossible'],
    ['FINDINGS_UNAVAILABLE', 'impossible'],
    ['IMAGE_ARCHIVED', 'impossible'],
  ])('%s is %s', async (name, kind) => {
    expect(await describeScan(registry(status(name)).aws, 'web', digest)).toMatchObject({ kind });
  });

  test('that was not begun is absent, as it is right after a push', async () => {
    const { aws } = registry(refuses(400, 'ScanNotFoundException', 'Image scan does not exist'));
    expect(await describeScan(aws, 'web', digest)).toEqual({ kind: 'absent' });
  });
});

test('of many repositories one that is not there does not hide the others', async () => {
  const missing = refuses(400, 'RepositoryNotFoundException', 'no web');
  const there = json({ repositories: [{ repositoryName: 'worker', imageTagMutability: 'IMMUTABLE' }] });
  const found = await findRepositories(registry(missing, missing, there).aws, ['web', 'worker']);
  expect([...found.keys()]).toEqual(['worker']);
});

test.each([
  ['MUTABLE', [], true],
  ['IMMUTABLE', [], false],
  ['IMMUTABLE_WITH_EXCLUSION', ['build-*'], true],
  ['IMMUTABLE_WITH_EXCLUSION', ['build.cache'], false],
  ['MUTABLE_WITH_EXCLUSION', ['*cache'], false],
  ['MUTABLE_WITH_EXCLUSION', ['v*'], true],
] as const)('a tag may move in a repository that is %s %j: %j', async (imageTagMutability, filters, may) => {
  const imageTagMutabilityExclusionFilters = filters.map((filter) => ({ filterType: 'WILDCARD', filter }));
  const repository = { repositoryName: 'web', imageTagMutability, imageTagMutabilityExclusionFilters };
  const found = await findRepositories(registry(json({ repositories: [repository] })).aws, ['web']);
  expect(found.get('web')?.mayMove('build-cache')).toBe(may);
});

test('images are found by tag, and tags that are not there are left out', async () => {
  const image = { imageId: { imageDigest: digest, imageTag: 'one' }, imageManifest: '{}' };
  const failure = { imageId: { imageTag: 'two' }, failureCode: 'ImageNotFound' };
  const found = await findImages(registry(json({ images: [image], failures: [failure] })).aws, 'web', ['one', 'two']);
  expect([...found]).toEqual([['one', expect.objectContaining({ digest, manifest: '{}' })]]);
});

test('an image that ECR has and cannot give is no image that is not there', async () => {
  const failures = [{ imageId: { imageTag: 'one' }, failureCode: 'ImageInaccessible' }];
  await expect(findImages(registry(json({ failures })).aws, 'web', ['one'])).rejects.toMatchObject({ code: 'E_STATE' });
});
