import { describe, expect, test } from '@jest/globals';
import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import type { VirtualClock } from '../clock.ts';
import { account, ask, jobRole } from './account.ts';
import { digestOf, imageManifest, ociImage, ociIndex, registryClient } from './image.ts';

const web = 'smartboard/web';
const host = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';
const linux = { os: 'linux', architecture: 'amd64' };

async function registry(properties: Record<string, unknown> = {}) {
  const { ecr, cloud, clientsOf } = account();
  await cloud.provision([
    { id: 'R', type: 'AWS::ECR::Repository', properties: { RepositoryName: web, ...properties } },
    { id: 'Other', type: 'AWS::ECR::Repository', properties: { RepositoryName: 'other' } },
  ]);
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  return { cloud, clientsOf, ...(await registryClient(cloud, authorizationData![0]!.authorizationToken!)) };
}

test('who has no password is asked for one', async () => {
  const { cloud } = await registry();
  const answer = await ask(cloud, '/v2/');
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe(`Basic realm="https://${host}/",service="ecr.amazonaws.com"`);
});

test('a password that AWS did not give is refused', async () => {
  const { cloud } = await registry();
  const authorization = `Basic ${Buffer.from('AWS:guess').toString('base64')}`;
  expect((await ask(cloud, '/v2/', { headers: { authorization } })).status).toBe(401);
});

test('a password ends after twelve hours', async () => {
  const { cloud, send } = await registry();
  expect((await send('/v2/')).status).toBe(200);
  await (cloud.clock as VirtualClock).advance(12 * 3_600_000);
  expect(await send('/v2/')).toMatchObject({ status: 403, text: expect.stringContaining('has expired') });
});

test('an image comes back byte for byte, by tag and by digest', async () => {
  const { send, pushImage } = await registry();
  const { pushed, manifest, digest } = await pushImage(web, 'abc');
  expect(pushed).toMatchObject({ status: 201, headers: { 'docker-content-digest': digest } });
  for (const reference of ['abc', digest]) {
    const { text, headers } = await send(`/v2/${web}/manifests/${reference}`);
    expect([text, headers['content-type']]).toEqual([JSON.stringify(manifest), ociImage]);
  }
  expect((await send(`/v2/${web}/blobs/${digestOf('layer')}`)).text).toBe('layer');
  expect((await send(`/v2/${web}/tags/list`)).json).toEqual({ name: web, tags: ['abc'] });
});

test('a blob can be pushed in one request', async () => {
  const { send } = await registry();
  const digest = digestOf('whole');
  const path = `/v2/${web}/blobs/uploads/?digest=${digest}`;
  expect((await send(path, { method: 'POST', body: Buffer.from('whole') })).status).toBe(201);
  expect((await send(`/v2/${web}/blobs/${digest}`, { method: 'HEAD' })).headers['content-length']).toBe('5');
});

test('a mount from another repository becomes an upload', async () => {
  const { send, pushBlob } = await registry();
  const digest = await pushBlob('other', Buffer.from('shared'));
  const answer = await send(`/v2/${web}/blobs/uploads/?mount=${digest}&from=other`, { method: 'POST' });
  expect(answer.status).toBe(202);
  expect((await send(`/v2/${web}/blobs/${digest}`, { method: 'HEAD' })).status).toBe(404);
});

describe('a push is refused', () => {
  test('into a repository that is not there', async () => {
    const { send } = await registry();
    const answer = await send('/v2/nope/blobs/uploads/', { method: 'POST' });
    expect([answer.status, answer.json.errors]).toEqual([
      404,
      [
        {
          code: 'NAME_UNKNOWN',
          message: "The repository with name 'nope' does not exist in the registry with id '111122223333'",
        },
      ],
    ]);
  });

  test('over an immutable tag', async () => {
    const { pushImage } = await registry({ ImageTagMutability: 'IMMUTABLE' });
    await pushImage(web, 'abc', { layer: 'one' });
    const { pushed } = await pushImage(web, 'abc', { layer: 'two' });
    expect([pushed.status, pushed.json.errors[0].message]).toEqual([
      400,
      "The image tag 'abc' already exists in the 'smartboard/web' repository and cannot be overwritten because the tag is immutable.",
    ]);
    expect((await pushImage(web, 'abc', { layer: 'one' })).pushed.status).toBe(201);
  });

  test('of a blob with another digest', async () => {
    const { send } = await registry();
    const path = `/v2/${web}/blobs/uploads/?digest=${digestOf('other')}`;
    expect((await send(path, { method: 'POST', body: Buffer.from('bytes') })).json.errors[0].code).toBe(
      'DIGEST_INVALID',
    );
  });

  test('of an index before its children', async () => {
    const { pushManifest, pushImage } = await registry();
    const child = {
      mediaType: ociImage,
      digest: digestOf(JSON.stringify(imageManifest('layer'))),
      size: 1,
      platform: linux,
    };
    const index = { schemaVersion: 2, mediaType: ociIndex, manifests: [child] };
    expect((await pushManifest(web, 'v1', index, ociIndex)).status).toBe(404);
    await pushImage(web, child.digest);
    expect((await pushManifest(web, 'v1', index, ociIndex)).status).toBe(201);
  });

  test('by a role that may only pull', async () => {
    const { cloud, clientsOf } = await registry();
    const actions = ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage'];
    await cloud.provision([jobRole('*', [{ Effect: 'Allow', Action: actions, Resource: '*' }])]);
    const session = cloud.iam.sessionFor('arn:aws:iam::111122223333:role/deploy', 'run');
    const { ecr } = clientsOf({
      accessKeyId: session.AccessKeyId,
      secretAccessKey: session.SecretAccessKey,
      sessionToken: session.Token,
    });
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const { send } = await registryClient(cloud, authorizationData![0]!.authorizationToken!);
    expect((await send(`/v2/${web}/manifests/abc`)).status).toBe(404);
    const refused = await send(`/v2/${web}/blobs/uploads/`, { method: 'POST' });
    expect(refused).toMatchObject({ status: 403, text: expect.stringContaining('ecr:InitiateLayerUpload') });
  });
});

describe('what ECS pulls', () => {
  const config = { Cmd: ['node', 'index.js'], Env: ['A=1=2'], WorkingDir: '/app', Labels: { l: 'v' } };

  test('is the image with its command, variables and layers', async () => {
    const { cloud, pushImage } = await registry();
    const { digest } = await pushImage(web, 'abc', { config });
    expect(cloud.ecr.pull(`${host}/${web}:abc`, linux)).toMatchObject({
      digest,
      labels: { l: 'v' },
      config: { command: ['node', 'index.js'], environment: { A: '1=2' }, workingDirectory: '/app' },
      layers: [{ bytes: Buffer.from('layer') }],
    });
  });

  test('is the child of an index that fits the platform', async () => {
    const { cloud, pushImage, pushManifest } = await registry();
    const { digest } = await pushImage(web, 'abc');
    const attestation = { mediaType: ociImage, digest, size: 1, platform: { os: 'unknown', architecture: 'unknown' } };
    const manifests = [attestation, { mediaType: ociImage, digest, size: 1, platform: linux }];
    const index = { schemaVersion: 2, mediaType: ociIndex, manifests };
    await pushManifest(web, 'multi', index, ociIndex);
    const requestedDigest = digestOf(JSON.stringify(index));
    expect(cloud.ecr.pull(`${host}/${web}@${requestedDigest}`, linux)).toMatchObject({ digest, requestedDigest });
    expect(() => cloud.ecr.pull(`${host}/${web}:multi`, { os: 'linux', architecture: 'arm64' })).toThrow(
      "does not contain descriptor matching platform 'linux/arm64'",
    );
  });

  test('is an error when nothing has that tag', async () => {
    const { cloud } = await registry();
    expect(() => cloud.ecr.pull(`${host}/${web}:nope`, linux)).toThrow(`failed to resolve ref ${host}/${web}:nope`);
  });
});
