import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { bucket, type CliStage, exampleManifest, openCliStage, parameter } from './cli-stage.ts';

let stage: CliStage;
beforeEach(async () => {
  stage = await openCliStage();
  stage.synthesises({
    'smartboard-registry': { A: parameter('/r', '1') },
    'smartboard-prod-data': {},
    'smartboard-prod-network': {},
  });
});
afterEach(() => stage.close());

const network = { Value: parameter('/net', '1') };
const destroyed = () => stage.cdkCalls.filter(([verb]) => verb === 'destroy');

test('what stands goes, registries stay, and what is kept is no loss', async () => {
  await stage.deployed('smartboard-registry', { A: parameter('/r', '1') });
  await stage.deployed('smartboard-prod-network', network);
  await stage.deployed('smartboard-prod-data', { Files: bucket('files', 'Retain') });
  const { code, report } = await stage.run('destroy');
  expect([code, report.outcome, report.losses]).toEqual([0, 'destroyed', []]);
  expect(destroyed()).toEqual([
    ['destroy', 'smartboard-prod-network', 'smartboard-prod-data', '--app', '<folder>/out', '--exclusively', '--force'],
  ]);
});

test('what would be deleted is read first', async () => {
  await stage.deployed('smartboard-prod-data', { Files: bucket('files') });
  const refused = await stage.run('destroy');
  expect([refused.code, refused.report.error?.code, destroyed()]).toEqual([1, 'E_POLICY', []]);
  expect(refused.report.losses).toEqual(['smartboard-prod-data/Files: the bucket would be deleted']);
  const { code } = await stage.run('destroy', '--approve', String(refused.report.approval));
  expect([code, destroyed().length]).toEqual([0, 1]);
});

test('not while services run: what they use could not go', async () => {
  await stage.deployed('smartboard-prod-network', network);
  await makeService(stage);
  const { code, report } = await stage.run('destroy');
  expect([code, report.error, stage.cdkCalls]).toEqual([
    1,
    {
      code: 'E_STATE',
      message: 'Services still run in the cluster: smartboard-web.',
      remedy: expect.stringContaining('aws ecs delete-service --force'),
    },
    [],
  ]);
});

test('not while a stack is protected', async () => {
  await stage.deployed('smartboard-prod-network', network, true);
  const { code, report } = await stage.run('destroy');
  expect([code, report.error?.code, stage.cdkCalls]).toEqual([1, 'E_POLICY', []]);
  expect(report.error).toMatchObject({
    message: expect.stringContaining('smartboard-prod-network'),
    remedy: expect.stringContaining('protection: false'),
  });
});

test('the registries go last, when no other environment runs from them', async () => {
  const [before = '', after = ''] = exampleManifest.split('\n# What every service has');
  const test2 =
    '  test: { account: "111122223333", region: eu-west-1, github: { repository: a/b, provider: "arn:aws:iam::111122223333:oidc-provider/x" } }\n';
  const two = await openCliStage(`${before}${test2}\n# What every service has${after}`);
  two.synthesises({ 'smartboard-registry': {} });
  await two.deployed('smartboard-registry', network);
  await two.deployed('smartboard-test-platform', { Other: parameter('/other', '1') });
  const refused = await two.run('destroy', '--part', 'registry');
  expect([refused.code, refused.report.error?.message]).toEqual([
    1,
    'smartboard-test-platform stands, and its services run from the same registries.',
  ]);
  await two.close();
  await stage.deployed('smartboard-registry', network);
  expect((await stage.run('destroy', '--part', 'registry')).code).toBe(0);
});

test('a stack that the manifest no longer makes is left, and said', async () => {
  await stage.deployed('smartboard-prod-network', network);
  await stage.deployed('smartboard-prod-edge', { Other: parameter('/edge', '1') });
  const { report } = await stage.run('destroy');
  expect(destroyed()[0]?.slice(1, 3)).toEqual(['smartboard-prod-network', '--app']);
  expect(report.notes).toEqual([expect.stringContaining('delete-stack --stack-name smartboard-prod-edge')]);
});

test('where nothing stands there is nothing to do', async () => {
  const { code, report } = await stage.run('destroy');
  expect([code, report.notes, stage.cdkCalls]).toEqual([0, ['There was nothing to delete.'], []]);
});

async function makeService({ aws }: CliStage): Promise<void> {
  const ecs = new ECSClient(aws.configuration);
  await aws.send(ecs, new CreateClusterCommand({ clusterName: 'smartboard-prod' }));
  const container = { name: 'web', image: 'example.com/web', essential: true };
  const definition = new RegisterTaskDefinitionCommand({
    family: 'web',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [container],
  });
  await aws.send(ecs, definition);
  const service = { cluster: 'smartboard-prod', serviceName: 'smartboard-web', taskDefinition: 'web', desiredCount: 0 };
  const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-0123456789abcdef0'] } };
  const how = { launchType: 'FARGATE', networkConfiguration } as const;
  await aws.send(ecs, new CreateServiceCommand({ ...service, ...how }));
}
