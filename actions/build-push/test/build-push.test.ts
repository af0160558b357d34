import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { planRole } from '../../../rehearsal/infra/roles.ts';
import type { Docker } from '../src/docker/docker.ts';
import { type Workshop, buildRole, openWorkshop } from './workshop.ts';

let workshop: Workshop;
afterEach(() => workshop.close());

const commit = 'c'.repeat(40);
/** Two images, each pushed with the tag of its content; then the commit's tag for each. */
const built = ['PutManifest', 'PutManifest', 'PutImage', 'PutImage'];

/** Says that it pushed two images, and did not. */
const lying: Docker = async (words, { onLine }) => {
  if (words[1] !== 'bake') onLine('Driver: remote', 'output');
  if (words[1] !== 'bake') return words[1] === 'inspect' ? 0 : 1;
  const metadata = Object.fromEntries(
    ['web', 'worker'].map((name) => [name, { 'containerimage.digest': `sha256:${'0'.repeat(64)}` }]),
  );
  await writeFile(words[words.indexOf('--metadata-file') + 1]!, JSON.stringify(metadata));
  return 0;
};

describe('a build', () => {
  test('pushes every image by digest, reads it back and tags it with the commit', async () => {
    workshop = await openWorkshop();
    const run = await workshop.run();
    expect(run.error).toBeUndefined();
    expect(workshop.stage.writes()).toEqual(built);
    const images = JSON.parse(run.outputs['images']!) as Record<string, string>;
    expect(images).toEqual({
      web: await workshop.digestOf('web', commit),
      worker: await workshop.digestOf('worker', commit),
    });
    expect(run.outputs['release']).toBe('20260101-cccccccccccc-1001-1');
    expect(run.summary).toMatch(
      new RegExp(
        `\\| web \\| built \\(its content is new\\) \\|  \\| \\S+ MiB \\| linux/amd64 \\| ${images['web']} \\|`,
      ),
    );
    expect(run.summary).toContain(`Tags: ${commit}.`);
  });

  test('takes one call of docker, without a shell and without the password', async () => {
    workshop = await openWorkshop();
    const { masks } = await workshop.run(
      {},
      { variables: { PATH: '/bin', AWS_SECRET_ACCESS_KEY: 'k', GITHUB_TOKEN: 't' } },
    );
    expect(workshop.dockerCalls.map(({ words }) => words.slice(0, 3).join(' '))).toEqual([
      'buildx inspect',
      'buildx imagetools inspect',
      'buildx imagetools inspect',
      'buildx bake --file',
    ]);
    const { words, environment } = workshop.dockerCalls.at(-1)!;
    expect(words.filter((word) => !word.startsWith('/'))).toEqual([
      'buildx',
      'bake',
      '--file',
      '--metadata-file',
      '--progress',
      'plain',
    ]);
    expect(Object.keys(environment).sort()).toEqual(['BUILDX_CONFIG', 'DOCKER_CONFIG', 'HOME', 'PATH']);
    const said = JSON.stringify(workshop.dockerCalls);
    expect([...masks].filter((mask) => said.includes(mask))).toEqual([]);
  });

  test('leaves no password behind', async () => {
    workshop = await openWorkshop();
    const { state } = await workshop.run();
    await expect(access(state['docker-config']!)).rejects.toThrow('ENOENT');
  });

  test('of the same content is the same images, and a success', async () => {
    workshop = await openWorkshop();
    const first = await workshop.run();
    workshop.stage.forgetCalls();
    const second = await workshop.run({}, { runAttempt: 2 });
    expect(second.error).toBeUndefined();
    expect(second.outputs['images']).toBe(first.outputs['images']);
    expect(workshop.stage.writes()).not.toContain('PutImage');
  });

  test('of other content under the same tag is refused, naming both, and tags nothing', async () => {
    workshop = await openWorkshop();
    const first = JSON.parse((await workshop.run()).outputs['images']!) as Record<string, string>;
    await workshop.write('services/web/index.js', 'console.log("changed")\n');
    workshop.stage.forgetCalls();
    const { error, outputs } = await workshop.run({ tags: 'v1.0.1' });
    expect(error).toMatchObject({ code: 'E_STATE' });
    expect(error?.message).toContain(`smartboard-web:${commit}`);
    expect(error?.message).toContain(`The tag belongs to ${first['web']} already; this build made sha256:`);
    expect(workshop.stage.writes()).not.toContain('PutImage');
    expect(outputs).toEqual({});
  });

  test('of some services leaves the others alone', async () => {
    workshop = await openWorkshop();
    const { outputs } = await workshop.run({ services: 'worker' });
    expect(Object.keys(JSON.parse(outputs['images']!) as object)).toEqual(['worker']);
  });

  test('for two platforms is deployed by the digest of its index', async () => {
    workshop = await openWorkshop();
    const { outputs, error } = await workshop.run({ services: 'web', platforms: 'linux/amd64,linux/arm64' });
    expect(error).toBeUndefined();
    const { web } = JSON.parse(outputs['images']!) as { web: string };
    expect(web).toBe(await workshop.digestOf('web', commit));
  });

  test('outlives throttles, outages and lost answers', async () => {
    workshop = await openWorkshop();
    workshop.stage.setFaults([
      { operation: 'ecr:PutImage', nth: 1, kind: 'reset-after' },
      { operation: 'ecr:BatchGetImage', nth: 1, kind: 'throttle' },
      { operation: 'ecr:GetAuthorizationToken', nth: 1, kind: 'server-error' },
    ]);
    const { error, outputs } = await workshop.run();
    expect(error).toBeUndefined();
    expect(outputs['images']).toBeDefined();
  });

  test('that fails names the line of the Dockerfile, and tags nothing', async () => {
    workshop = await openWorkshop();
    await workshop.write('services/web/Dockerfile', 'FROM node:24\nCOPY missing.js .\n');
    const { error } = await workshop.run();
    expect(error).toMatchObject({ code: 'E_STATE' });
    expect(error?.message).toBe(
      'What could not be built (worker could, and will not be built again): one problem\n' +
        '  services.web: E_STATE: docker buildx bake ended with exit code 1: ' +
        'Dockerfile:2: missing.js was not found in the build context.',
    );
    expect(await workshop.digestOf('worker', commit)).toBeUndefined();
    await workshop.write('services/web/Dockerfile', 'FROM node:24\n');
    const { outputs } = await workshop.run();
    expect(JSON.parse(outputs['builds']!)).toMatchObject([
      { service: 'web', how: 'built' },
      { service: 'worker', how: 'retagged' },
    ]);
  });

  test('whose images never reach the registry is not called good', async () => {
    workshop = await openWorkshop();
    const { error, outputs } = await workshop.run({}, { docker: lying });
    expect(error).toMatchObject({
      code: 'E_STATE',
      message: `docker pushed sha256:${'0'.repeat(64)}, ECR does not have it.`,
    });
    expect(outputs).toEqual({});
  });
});

test('a dry run reads and plans, and neither builds nor writes', async () => {
  workshop = await openWorkshop();
  const { error, outputs, summary } = await workshop.run({ 'dry-run': 'true' });
  expect(error).toBeUndefined();
  expect(workshop.dockerCalls.map(({ words }) => words.slice(0, 3).join(' '))).toEqual(['buildx imagetools inspect']);
  expect(workshop.stage.writes()).toEqual([]);
  expect(outputs).toEqual({
    plan: JSON.stringify(['web', 'worker'].map((service) => ({ service, would: 'build', why: 'its content is new' }))),
  });
  expect(summary).toContain('dry run: nothing was built');
  expect(summary).toContain('| web | smartboard-web | services/web/Dockerfile | build | its content is new |');
});

test('a dry run with the role that plans pull requests knows what need not be built', async () => {
  workshop = await openWorkshop();
  const { stage } = workshop;
  await stage.cloud.provision([planRole(stage.manifest, 'example/smartboard')]);
  const first = await workshop.run();
  await workshop.write('services/web/server.js', 'another');
  const { error, outputs } = await workshop.run(
    { 'dry-run': 'true', 'role-to-assume': 'arn:aws:iam::111122223333:role/smartboard-prod-plan' },
    { job: { event: 'pull_request', ref: 'refs/pull/7/merge' }, withoutEnvironment: true, commit: 'd'.repeat(40) },
  );
  expect(error).toBeUndefined();
  const { worker } = JSON.parse(first.outputs['images'] ?? '') as Record<string, string>;
  expect(JSON.parse(outputs['images'] ?? '')).toEqual({ worker });
  expect(JSON.parse(outputs['plan'] ?? '')).toEqual([
    { service: 'web', would: 'build', why: 'its content is new' },
    { service: 'worker', would: 're-tag', why: 'unchanged' },
  ]);
});

test('docker is given the base image registries that the job had logged in to, and ours', async () => {
  workshop = await openWorkshop();
  await workshop.write('.docker/config.json', JSON.stringify({ auths: { 'ghcr.io': {} }, credsStore: 'desktop' }));
  let config: unknown;
  const reading: Docker = async (_words, { environment }) => {
    config = JSON.parse(await readFile(join(environment['DOCKER_CONFIG']!, 'config.json'), 'utf8'));
    return 1;
  };
  await workshop.run({}, { docker: reading });
  expect(config).toEqual({
    auths: { 'ghcr.io': {}, '127.0.0.1:4566': { auth: expect.any(String) } },
    credHelpers: { 'ghcr.io': 'desktop' },
    cliPluginsExtraDirs: [join(workshop.stage.directory, '.docker', 'cli-plugins')],
  });
});

test('the role of another account is refused before it is asked for', async () => {
  workshop = await openWorkshop();
  const { error } = await workshop.run({ 'role-to-assume': buildRole.replace('111122223333', '999999999999') });
  expect(error).toMatchObject({ code: 'E_SCOPE', place: 'role-to-assume' });
  expect(workshop.stage.calls.filter(({ service }) => service === 'sts')).toEqual([]);
});
