import { describe, expect, test } from '@jest/globals';
import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  GetLifecyclePolicyCommand,
  ListImagesCommand,
  PutImageCommand,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import type { CreateRepositoryCommandInput } from '@aws-sdk/client-ecr';
import { account, errorOf } from './account.ts';
import { digestOf, imageManifest, ociImage, registryClient } from './image.ts';

const web = 'smartboard/web';

async function repository(settings: Partial<CreateRepositoryCommandInput> = {}) {
  const { ecr, cloud } = account();
  await ecr.send(new CreateRepositoryCommand({ repositoryName: web, ...settings }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const client = await registryClient(cloud, authorizationData![0]!.authorizationToken!);
  const put = (manifest: string, imageTag?: string) =>
    ecr.send(
      new PutImageCommand({ repositoryName: web, imageManifest: manifest, imageManifestMediaType: ociImage, imageTag }),
    );
  return { ecr, cloud, put, ...client };
}

test('a repository has the address that images are pushed to', async () => {
  const { ecr } = await repository({ imageTagMutability: 'IMMUTABLE' });
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [web] }));
  expect(repositories![0]).toMatchObject({
    repositoryUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/smartboard/web',
    imageTagMutability: 'IMMUTABLE',
  });
});

test('the token is a user, a password and twelve hours', async () => {
  const { ecr, cloud } = await repository();
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const [data] = authorizationData!;
  expect(Buffer.from(data!.authorizationToken!, 'base64').toString()).toMatch(/^AWS:.+/);
  expect(data!.expiresAt!.getTime()).toBe(cloud.clock.now() + 12 * 3_600_000);
  expect(data!.proxyEndpoint).toBe('https://111122223333.dkr.ecr.eu-west-1.amazonaws.com');
});

test('an image is described by tag and by digest', async () => {
  const { ecr, pushImage } = await repository();
  const { digest } = await pushImage(web, 'abc');
  for (const id of [{ imageTag: 'abc' }, { imageDigest: digest }]) {
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: web, imageIds: [id] }));
    expect(imageDetails).toMatchObject([{ imageDigest: digest, imageTags: ['abc'], imageManifestMediaType: ociImage }]);
  }
});

test('a tag is added without a pull, and the digest stays', async () => {
  const { ecr, pushImage, put } = await repository();
  const { digest } = await pushImage(web, 'abc');
  const { images } = await ecr.send(new BatchGetImageCommand({ repositoryName: web, imageIds: [{ imageTag: 'abc' }] }));
  const { image } = await put(images![0]!.imageManifest!, 'released-7');
  expect(image!.imageId).toEqual({ imageDigest: digest, imageTag: 'released-7' });
  const { imageIds } = await ecr.send(new ListImagesCommand({ repositoryName: web }));
  expect(imageIds!.map(({ imageTag }) => imageTag)).toEqual(['abc', 'released-7']);
});

test('a client that accepts other manifests only is told that nothing is converted', async () => {
  const { ecr, pushImage } = await repository();
  await pushImage(web, 'abc');
  const acceptedMediaTypes = ['application/vnd.docker.distribution.manifest.v2+json'];
  const fetched = new BatchGetImageCommand({
    repositoryName: web,
    imageIds: [{ imageTag: 'abc' }],
    acceptedMediaTypes,
  });
  expect((await errorOf(ecr.send(fetched))).message).toContain('does not simulate the conversion');
});

test('the same image under the same tag exists already', async () => {
  const { pushImage, put } = await repository();
  const { manifest } = await pushImage(web, 'abc');
  expect((await errorOf(put(JSON.stringify(manifest), 'abc'))).name).toBe('ImageAlreadyExistsException');
});

describe('an existing tag', () => {
  const wildcard = [{ filterType: 'WILDCARD' as const, filter: 'released-*' }];
  const cases: [string, Partial<CreateRepositoryCommandInput>, string, boolean][] = [
    ['moves when tags are mutable', {}, 'abc', true],
    ['stays when tags are immutable', { imageTagMutability: 'IMMUTABLE' }, 'abc', false],
    [
      'moves when it is excluded from immutability',
      { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION', imageTagMutabilityExclusionFilters: wildcard },
      'released-7',
      true,
    ],
    [
      'stays when it is excluded from mutability',
      { imageTagMutability: 'MUTABLE_WITH_EXCLUSION', imageTagMutabilityExclusionFilters: wildcard },
      'released-7',
      false,
    ],
  ];
  test.each(cases)('%s', async (_, settings, tag, moves) => {
    const { pushImage, put } = await repository(settings);
    await pushImage(web, tag, { layer: 'one' });
    const { manifest, digest } = await pushImage(web, 'other', { layer: 'two' });
    const outcome = await put(JSON.stringify(manifest), tag).then(
      ({ image }) => image!.imageId!.imageDigest,
      (error: Error) => error.name,
    );
    expect(outcome).toBe(moves ? digest : 'ImageTagAlreadyExistsException');
  });
});

test('an image whose layers were not pushed is refused', async () => {
  const { put } = await repository();
  const error = await errorOf(put(JSON.stringify(imageManifest('never pushed')), 'abc'));
  expect(error.name).toBe('LayersNotFoundException');
});

test('a missing image is an error when described and a failure when fetched', async () => {
  const { ecr, pushImage } = await repository();
  const { digest } = await pushImage(web, 'abc');
  const missing = { repositoryName: web, imageIds: [{ imageTag: 'nope' }] };
  expect((await errorOf(ecr.send(new DescribeImagesCommand(missing)))).name).toBe('ImageNotFoundException');
  const { failures } = await ecr.send(
    new BatchGetImageCommand({
      repositoryName: web,
      imageIds: [{ imageTag: 'nope', imageDigest: digest }, { imageTag: 'x' }],
    }),
  );
  expect(failures!.map(({ failureCode }) => failureCode)).toEqual(['ImageTagDoesNotMatchDigest', 'ImageNotFound']);
});

test('an unknown repository is an error', async () => {
  const { ecr } = account();
  const error = await errorOf(ecr.send(new DescribeImagesCommand({ repositoryName: 'nope' })));
  expect(error).toMatchObject({
    name: 'RepositoryNotFoundException',
    message: "The repository with name 'nope' does not exist in the registry with id '111122223333'",
  });
});

test('deleting the last tag deletes the image', async () => {
  const { ecr, pushImage } = await repository();
  const { digest } = await pushImage(web, 'abc');
  const { imageIds } = await ecr.send(
    new BatchDeleteImageCommand({ repositoryName: web, imageIds: [{ imageTag: 'abc' }] }),
  );
  expect(imageIds).toEqual([{ imageDigest: digest, imageTag: 'abc' }]);
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: web }));
  expect(imageDetails).toEqual([]);
});

test('layers are there or not', async () => {
  const { ecr, pushImage } = await repository();
  await pushImage(web, 'abc', { layer: 'bytes' });
  const { layers, failures } = await ecr.send(
    new BatchCheckLayerAvailabilityCommand({
      repositoryName: web,
      layerDigests: [digestOf('bytes'), digestOf('other'), 'rubbish'],
    }),
  );
  expect(layers!.map(({ layerAvailability }) => layerAvailability)).toEqual(['AVAILABLE', 'UNAVAILABLE']);
  expect(failures!.map(({ failureCode }) => failureCode)).toEqual(['InvalidLayerDigest']);
});

test('a lifecycle policy is kept as it was written', async () => {
  const { ecr } = await repository();
  const rule = {
    rulePriority: 1,
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 },
    action: { type: 'expire' },
  };
  const lifecyclePolicyText = JSON.stringify({ rules: [rule] });
  await ecr.send(new PutLifecyclePolicyCommand({ repositoryName: web, lifecyclePolicyText }));
  const kept = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName: web }));
  expect(kept.lifecyclePolicyText).toBe(lifecyclePolicyText);
});
