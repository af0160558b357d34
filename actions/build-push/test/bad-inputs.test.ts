import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Workshop, openWorkshop, twoServices, withInfra } from './workshop.ts';

/** Each of these is refused by rule, before anything is built or written, and without repeating what was given. */
describe('an input that breaks a rule', () => {
  let workshop: Workshop;
  beforeAll(async () => (workshop = await openWorkshop()));
  afterAll(() => workshop.close());

  test.each([
    ['E_INPUT', 'registry', 'smartboard/API'],
    ['E_INPUT', 'registry', 'https://111122223333.dkr.ecr.eu-west-1.amazonaws.com'],
    ['E_INPUT', 'registry', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/api:latest'],
    ['E_INPUT', 'registry', '   '],
    ['E_SCOPE', 'registry', '999999999999.dkr.ecr.eu-west-1.amazonaws.com'],
    ['E_SCOPE', 'registry', '111122223333.dkr.ecr.us-east-1.amazonaws.com'],
    ['E_SCOPE', 'registry', '127.0.0.1.evil.example'],
    ['E_SCOPE', 'registry', '111122223333.dkr.ecr.eu-west-1.amazonaws.com.evil.example'],
    ['E_POLICY', 'tags', 'latest'],
    ['E_POLICY', 'tags', 'Main'],
    ['E_POLICY', 'tags', 'v1.0.0,prod'],
    ['E_POLICY', 'tags', 'released-20260101'],
    ['E_INPUT', 'tags', 'x'.repeat(129)],
    ['E_INPUT', 'tags', '$(id)'],
    ['E_INPUT', 'tags', 'a::set-output name=x::y'],
    ['E_INPUT', 'tags', '-rm'],
    ['E_INPUT', 'tags', 'v1 v2'],
    ['E_INPUT', 'tags', 'vеrsion'],
    ['E_INPUT', 'platforms', 'linux/amd64;id'],
    ['E_INPUT', 'platforms', 'windows/amd64'],
    ['E_INPUT', 'shard', '0/2'],
    ['E_INPUT', 'shard', '3/2'],
    ['E_INPUT', 'shard', '1/1/1'],
    ['E_INPUT', 'builder', '--help'],
    ['E_INPUT', 'compose-file', '../docker-compose.yml'],
    ['E_INPUT', 'compose-file', 'no-such.yml'],
    ['E_INPUT', 'cache-to', 'type=registry ref=x'],
    ['E_INPUT', 'cache-from', '--privileged'],
    ['E_POLICY', 'cache-to', 'type=s3,secret_access_key=wJalrXUtnFEMI'],
    ['E_INPUT', 'provenance', 'yes'],
    ['E_INPUT', 'sbom', 'generator=a b'],
    ['E_INPUT', 'compression', 'brotli'],
    ['E_INPUT', 'scan-gate', 'medium'],
    ['E_INPUT', 'scan-wait-minutes', '0'],
    ['E_INPUT', 'secret-files', 'npm'],
    ['E_INPUT', 'secret-files', 'npm=a,type=env'],
    ['E_INPUT', 'secret-files', 'npm=../npmrc'],
    ['E_INPUT', 'secret-files', 'npm=no-such-file'],
    ['E_INPUT', 'skip-unchanged', 'maybe'],
    ['E_INPUT', 'create-repositories', 'true'],
    ['E_POLICY', 'tags', 'content-0123'],
    ['E_POLICY', 'tags', 'Latest'],
    ['E_INPUT', 'services', 'api'],
    ['E_INPUT', 'services', 'web,web'],
    ['E_INPUT', 'dry-run', 'yes'],
    ['E_INPUT', 'manifest', '../slipway.yml'],
    ['E_INPUT', 'manifest', 'no-such.yml'],
    ['E_INPUT', 'environment', 'PROD'],
    ['E_INPUT', 'environment', 'nowhere'],
    ['E_SCOPE', 'aws-region', 'eu-west-2'],
    ['E_INPUT', 'aws-region', 'ireland'],
    ['E_INPUT', 'role-to-assume', 'smartboard-prod-build'],
    ['E_INPUT', 'role-duration-seconds', '60'],
    ['E_INPUT', 'role-session-name', 'a b'],
    ['E_INPUT', 'audience', 'a b'],
  ])('is %s: %s %j', async (code, input, given) => {
    workshop.stage.forgetCalls();
    const { error, outputs } = await workshop.run({ [input]: given });
    expect(error).toMatchObject({ code, place: input });
    const repeats = code !== 'E_SCOPE' && given.trim().length > 4 && error?.message.includes(given);
    expect(repeats).toBe(false);
    expect(workshop.stage.writes()).toEqual([]);
    expect(workshop.dockerCalls.filter(({ words }) => words[1] === 'bake')).toEqual([]);
    expect(outputs).toEqual({});
  });

  test('a commit that is no commit is refused', async () => {
    const { error } = await workshop.run({}, { job: { commit: 'main' } });
    expect(error).toMatchObject({ code: 'E_INPUT', place: 'GITHUB_SHA' });
  });

  test('a pull request may read the cache of GitHub Actions, and not write it', async () => {
    const { error } = await workshop.run({ 'cache-to': 'gha' }, { job: { event: 'pull_request' } });
    expect(error).toMatchObject({ code: 'E_POLICY', place: 'cache-to' });
    const reading = await workshop.run(
      { 'cache-from': 'gha', 'dry-run': 'true' },
      { job: { event: 'pull_request_target' } },
    );
    expect(reading.error).toBeUndefined();
  });

  test('a long-lived key in the job is refused', async () => {
    const variables = { GITHUB_ACTIONS: 'true', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' };
    const { error } = await workshop.run({}, { variables });
    expect(error).toMatchObject({ code: 'E_POLICY' });
    expect(error?.message).not.toContain('AKIA');
  });

  test('outside of a rehearsal no other machine is a registry, not even this one', async () => {
    const variables = { AWS_ENDPOINT_URL: '' };
    const { error } = await workshop.run({ registry: '127.0.0.1:5000' }, { variables });
    expect(error).toMatchObject({ code: 'E_SCOPE', place: 'registry' });
  });
});

describe('a path in the manifest', () => {
  const cases: [string, string, (workshop: Workshop) => Promise<void>][] = [
    [
      'leads out by a link',
      'It leads out of the checkout.',
      ({ stage }) => symlink('/', join(stage.directory, 'apps')),
    ],
    ['is not there', 'There is no such folder in the checkout.', async () => {}],
    ['is a file', 'It is not a folder.', (workshop) => workshop.write('apps', '')],
  ];
  test.each(cases)('a context that %s is refused', async (_what, says, prepare) => {
    const manifest = twoServices.replace('., dockerfile: services/web/', 'apps, dockerfile: apps/');
    const workshop = await openWorkshop(manifest);
    await prepare(workshop);
    const { error } = await workshop.run();
    expect(error).toMatchObject({ code: 'E_INPUT' });
    expect(error?.message).toContain(`services.web.build.context: E_INPUT: ${says}`);
    expect(workshop.stage.writes()).toEqual([]);
    await workshop.close();
  });

  test('a Dockerfile that leads out by a link is refused', async () => {
    const workshop = await openWorkshop(twoServices.replace('services/web/Dockerfile', 'Dockerfile.web'));
    await symlink('/etc/passwd', join(workshop.stage.directory, 'Dockerfile.web'));
    const { error } = await workshop.run();
    expect(error).toMatchObject({ code: 'E_INPUT', place: 'services.web.build.dockerfile' });
    await workshop.close();
  });

  test('all that are wrong are told at once', async () => {
    const workshop = await openWorkshop(twoServices.replaceAll('/Dockerfile', '/Containerfile'));
    const { error } = await workshop.run();
    expect(error?.message).toMatch(/^What is to be built: 2 problems/);
    await workshop.close();
  });
});

function manifestWith(build: string): string {
  return twoServices.replace('{ context: ., dockerfile: services/web/Dockerfile }', build);
}

describe('what the manifest says of a build', () => {
  let workshop: Workshop;
  beforeAll(async () => (workshop = await openWorkshop()));
  afterAll(() => workshop.close());

  test.each([
    ['E_INPUT', '{ context: ../.. }'],
    ['E_INPUT', '{ context: /etc }'],
    ['E_INPUT', '{ context: "https://example.com/x.git#main" }'],
    ['E_INPUT', '{ context: "-" }'],
    ['E_INPUT', '{ context: ., dockerfile: ../../Dockerfile }'],
    ['E_INPUT', '{ context: ., dockerfile: "--output=type=local,dest=/" }'],
    ['E_INPUT', '{ context: ., target: "-t" }'],
    ['E_INPUT', '{ context: ., platforms: ["linux/amd64;id"] }'],
    ['E_INPUT', '{ context: ., args: { "": x } }'],
    ['E_INPUT', '{ context: ., args: { A: "x\\r\\ny" } }'],
    ['E_POLICY', '{ context: ., args: { AWS_SECRET_ACCESS_KEY: wJalrXUtnFEMI } }'],
    ['E_POLICY', '{ context: ., args: { NPM_TOKEN: npm_0123456789 } }'],
    ['E_POLICY', '{ context: ., args: { DB_PASSWORD: hunter22 } }'],
    ['E_INPUT', '{ context: "" }'],
    ['E_INPUT', '{ contxt: . }'],
    ['E_INPUT', '{ context: services/web, dockerfile: services/worker/Dockerfile }'],
  ])('is %s: %s', async (code, text) => {
    await workshop.write('slipway.yml', manifestWith(text));
    workshop.stage.forgetCalls();
    const { error } = await workshop.run();
    expect(error).toMatchObject({ code });
    expect(error?.message).toMatch(/slipway\.yml:7:|^slipway\.yml: /);
    expect(error).toHaveProperty('findings.0.place', expect.stringMatching(/^slipway\.yml:[67]:/));
    expect(error?.message).not.toMatch(/wJalr|npm_0123|hunter22/);
    expect({ writes: workshop.stage.writes(), docker: workshop.dockerCalls }).toEqual({ writes: [], docker: [] });
  });
});

test('what is wrong elsewhere in the manifest stays what it is', async () => {
  const workshop = await openWorkshop();
  await workshop.write('slipway.yml', twoServices.replace('port: 3000', 'port: 0'));
  const { error } = await workshop.run();
  expect(error).toMatchObject({ code: 'E_MANIFEST' });
  await workshop.close();
});

describe("a repository in the manifest's infra", () => {
  test.each([
    ['E_INPUT', ''],
    ['E_INPUT', 'Prod/API'],
    ['E_INPUT', 'аpi'],
    ['E_INPUT', 'x'.repeat(257)],
    ['E_INPUT', 'api:latest'],
    ['E_INPUT', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/api'],
    ['E_SCOPE', '999999999999.dkr.ecr.eu-west-1.amazonaws.com/api'],
    ['E_SCOPE', '111122223333.dkr.ecr.us-east-1.amazonaws.com/api'],
  ])('is %s: %s', async (code, repository) => {
    const workshop = await openWorkshop();
    await workshop.write('slipway.yml', withInfra(repository));
    workshop.stage.forgetCalls();
    const { error, outputs } = await workshop.run({ services: 'web' });
    expect(error).toMatchObject({ code });
    expect(error?.message).toContain(code === 'E_SCOPE' ? 'repository of web' : 'repository');
    expect({ outputs, writes: workshop.stage.writes() }).toEqual({ outputs: {}, writes: [] });
    await workshop.close();
  });
});
