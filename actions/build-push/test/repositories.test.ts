import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetLifecyclePolicyPreviewCommand,
  PutLifecyclePolicyCommand,
  StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, describe, expect, test } from '@jest/globals';
import { lifecyclePolicy } from '../../../lib/core/lifecycle.ts';
import { inProcess } from '../../../rehearsal/in-process.ts';
import { buildRole as buildRoleOf } from '../../../rehearsal/infra/roles.ts';
import { type Workshop, buildRole, openWorkshop, withInfra } from './workshop.ts';

let workshop: Workshop;
afterEach(() => workshop.close());

/** What an administrator of the account does. */
function ecr(): ECRClient {
  return new ECRClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' },
    requestHandler: inProcess(workshop.stage.cloud),
  });
}

describe('a repository that is not there', () => {
  test('is named with the step that makes it, all of them at once, and nothing is built', async () => {
    workshop = await openWorkshop();
    for (const name of ['web', 'worker'])
      await ecr().send(new DeleteRepositoryCommand({ repositoryName: `smartboard-${name}`, force: true }));
    workshop.stage.forgetCalls();
    const { error } = await workshop.run();
    expect(error).toMatchObject({ code: 'E_STATE' });
    expect(error?.message).toContain('services.web: E_STATE: The registry has no repository smartboard-web.');
    expect(error?.message).toContain('Run the infra job');
    expect(error?.message).toContain('smartboard-worker');
    expect(workshop.stage.writes()).toEqual([]);
  });

  test('is not made where the repositories are those of infra', async () => {
    workshop = await openWorkshop();
    const { error } = await workshop.run({ 'create-repositories': 'true' });
    expect(error).toMatchObject({ code: 'E_INPUT', place: 'create-repositories' });
  });

  test('is made as infra would, when the manifest says that there is no infra of ours', async () => {
    workshop = await openWorkshop(withInfra('shop/web'));
    await mayCreate();
    workshop.stage.forgetCalls();
    const { error } = await workshop.run({ 'create-repositories': 'true', services: 'web', 'role-to-assume': creator });
    expect(error).toBeUndefined();
    expect(workshop.stage.writes().slice(0, 2)).toEqual(['CreateRepository', 'PutLifecyclePolicy']);
    const { repositories } = await ecr().send(new DescribeRepositoriesCommand({ repositoryNames: ['shop/web'] }));
    expect(repositories?.[0]).toMatchObject({
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filter: 'build-cache*' }],
      imageScanningConfiguration: { scanOnPush: true },
    });
  });

  test('is told of in a dry run, and not made', async () => {
    workshop = await openWorkshop(withInfra('shop/web'));
    await mayCreate();
    workshop.stage.forgetCalls();
    const inputs = { 'create-repositories': 'true', 'dry-run': 'true', services: 'web', 'role-to-assume': creator };
    const { error, lines } = await workshop.run(inputs);
    expect(error).toBeUndefined();
    expect(lines.join('\n')).toContain('The repository shop/web would be created.');
    expect(workshop.stage.writes()).toEqual([]);
  });
});

describe('the tag latest', () => {
  test('is refused where tags do not move', async () => {
    workshop = await openWorkshop();
    const { error } = await workshop.run({ tags: 'latest' });
    expect(error).toMatchObject({ code: 'E_POLICY', place: 'tags' });
    expect(workshop.stage.writes()).toEqual([]);
  });

  test.each([
    ['may move', 'MUTABLE', []],
    ['is the exception', 'IMMUTABLE_WITH_EXCLUSION', [{ filterType: 'WILDCARD', filter: 'lat*' }]],
  ] as const)('moves from image to image where it %s', async (_what, imageTagMutability, filters) => {
    workshop = await openWorkshop();
    await ecr().send(new DeleteRepositoryCommand({ repositoryName: 'smartboard-web', force: true }));
    const imageTagMutabilityExclusionFilters = filters.length === 0 ? undefined : [...filters];
    await ecr().send(
      new CreateRepositoryCommand({
        repositoryName: 'smartboard-web',
        imageTagMutability,
        imageTagMutabilityExclusionFilters,
      }),
    );
    const first = await workshop.run({ tags: 'latest', services: 'web' });
    await workshop.write('services/web/index.js', 'console.log("changed")\n');
    const second = await workshop.run({ tags: 'latest', services: 'web' }, { commit: 'd'.repeat(40) });
    expect([first.error, second.error]).toEqual([undefined, undefined]);
    const { web } = JSON.parse(second.outputs['images']!) as { web: string };
    expect(second.outputs['images']).not.toBe(first.outputs['images']);
    expect(await workshop.digestOf('web', 'latest')).toBe(web);
  });
});

test('after fifteen failed releases what runs is still kept by the lifecycle policy', async () => {
  workshop = await openWorkshop();
  const repositoryName = 'smartboard-web';
  await ecr().send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: lifecyclePolicy() }));
  const good = await workshop.run({ services: 'web' }, { commit: 'a'.repeat(40) });
  const running = (JSON.parse(good.outputs['images']!) as { web: string }).web;
  await workshop.tag('web', running, 'released-20260101-aaaaaaaaaaaa-1001-1');
  const failed: string[] = [];
  for (let release = 1; release <= 15; release++) {
    await workshop.write('services/web/index.js', `console.log(${release})\n`);
    const { outputs } = await workshop.run({ services: 'web' }, { commit: String(release).padStart(40, '0') });
    failed.push((JSON.parse(outputs['images']!) as { web: string }).web);
  }
  expect(new Set(await expiring(repositoryName))).toEqual(new Set(failed.slice(0, 5)));
  const lastTen = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 };
  const naive = { rules: [{ rulePriority: 1, selection: lastTen, action: { type: 'expire' } }] };
  await ecr().send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: JSON.stringify(naive) }));
  expect(await expiring(repositoryName)).toContain(running);
});

/** What the repository's policy would let go now. */
async function expiring(repositoryName: string): Promise<readonly (string | undefined)[]> {
  await ecr().send(new StartLifecyclePolicyPreviewCommand({ repositoryName }));
  const { previewResults = [] } = await ecr().send(new GetLifecyclePolicyPreviewCommand({ repositoryName }));
  return previewResults.map(({ imageDigest }) => imageDigest);
}

const creator = buildRole.replace('prod-build', 'prod-creator');

/** The build's role, which may also do what the README says of `create-repositories`. */
async function mayCreate(): Promise<void> {
  const { properties, ...made } = buildRoleOf(workshop.stage.manifest, 'example/smartboard');
  const policy = { Effect: 'Allow', Action: ['ecr:*', 'sts:GetCallerIdentity'], Resource: ['*'] };
  const document = { Version: '2012-10-17', Statement: [policy] };
  const Policies = [{ PolicyName: 'inline', PolicyDocument: document }];
  const creating = { ...properties, RoleName: 'smartboard-prod-creator', Policies };
  await workshop.stage.cloud.provision([{ ...made, id: 'creator', properties: creating }]);
}
