import { DeleteServiceCommand, DeregisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deploy, prepareRelease, runningDigests } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import type { FaultRule } from '../../../simulator/faults.ts';
import { cluster, definitionOf, ecsOf, passTime, rewriteManifest, serviceOf } from './by-others.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
});
afterEach(() => stage.close());

const called = (operation: string) => stage.writes().filter((name) => name === operation).length;
const lastUpdate = () => stage.calls.findLast(({ operation }) => operation === 'UpdateService')?.parameters;

describe('a first release', () => {
  const faults: readonly [title: string, rules: readonly FaultRule[]][] = [
    ['the answer to CreateService is lost', [{ operation: 'ecs:CreateService', kind: 'reset-after', nth: 1 }]],
    ['CreateService is answered by a 500', [{ operation: 'ecs:CreateService', kind: 'server-error-after', nth: 2 }]],
    ['the answer to registering is lost', [{ operation: 'ecs:RegisterTaskDefinition', kind: 'reset-after', nth: 1 }]],
    ['creating is throttled twenty times', [{ operation: 'ecs:CreateService', kind: 'throttle', to: 20 }]],
    ['tagging images is throttled', [{ operation: 'ecr:PutImage', kind: 'throttle', to: 5 }]],
  ];

  test.each(faults)('succeeds although %s', async (_title, rules) => {
    const prepared = await prepareRelease(stage);
    stage.setFaults(rules);
    const run = await deploy(stage, prepared);
    expect(run.error).toBeUndefined();
    expect(run.outputs['verdict']).toBe('succeeded');
    expect(stage.cloud.ecs.truth().map(({ deployments, running }) => [deployments, running])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  test('makes services that say whose they are, with tasks that say of which release', async () => {
    const run = await deploy(stage, await prepareRelease(stage));
    const service = await serviceOf(stage, 'worker');
    expect(service).toMatchObject({ propagateTags: 'TASK_DEFINITION', enableECSManagedTags: true });
    expect(service?.capacityProviderStrategy).toMatchObject([{ capacityProvider: 'FARGATE_SPOT' }]);
    const tags = Object.fromEntries((service?.tags ?? []).map(({ key, value }) => [key, value]));
    expect(tags).toMatchObject({
      'slipway:application': 'smartboard',
      'slipway:environment': 'prod',
      'slipway:release': run.outputs['release'],
      'slipway:commit': 'c'.repeat(40),
      'slipway:run': '1001',
    });
  });
});

test.each<FaultRule>([
  { operation: 'ecs:UpdateService', kind: 'throttle', to: 20 },
  { operation: 'ecs:RegisterTaskDefinition', kind: 'throttle', to: 20 },
])('twenty throttles do not fail a release: $operation', async (rule) => {
  await deploy(stage, await prepareRelease(stage));
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  stage.setFaults([rule]);
  const run = await deploy(stage, prepared, {}, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(stage.cloud.ecs.truth().map(({ deployments }) => deployments)).toEqual([1, 1, 1]);
});

test('settings that differ from manifest and contract are planned and sent, and nothing else', async () => {
  const prepared = await prepareRelease(stage);
  await deploy(stage, prepared);
  await rewriteManifest(stage, smallManifest.replace('spot: true', 'spot: false'));
  const run = await deploy(stage, prepared, { services: 'worker', 'force-new-deployment': 'false' }, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(run.lines.join('\n')).toContain('capacity: FARGATE_SPOT → FARGATE');
  expect(lastUpdate()).toEqual({
    cluster,
    service: 'smartboard-worker',
    taskDefinition: expect.stringContaining('smartboard-prod-worker:1'),
    // ECS takes another capacity up with the next deployment only.
    forceNewDeployment: true,
    capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
  });
  expect((await serviceOf(stage, 'worker'))?.capacityProviderStrategy).toMatchObject([{ capacityProvider: 'FARGATE' }]);
});

test('what the manifest does not manage stays as someone has set it', async () => {
  const prepared = await prepareRelease(stage);
  await deploy(stage, prepared);
  await ecsOf(stage).send(
    new UpdateServiceCommand({
      cluster,
      service: 'smartboard-web',
      enableExecuteCommand: true,
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 300 },
    }),
  );
  const run = await deploy(stage, prepared, { 'force-new-deployment': 'false' }, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('unchanged');
  const again = await deploy(stage, prepared, {}, { runId: '1003' });
  expect(again.outputs['verdict']).toBe('succeeded');
  expect(await serviceOf(stage, 'web')).toMatchObject({
    enableExecuteCommand: true,
    deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 300 },
  });
});

test('a count is sent when asked for, and only then', async () => {
  const prepared = await prepareRelease(stage);
  await deploy(stage, prepared);
  stage.cloud.ecs.service('smartboard-web').scaleTo(3);
  await deploy(stage, prepared, {}, { runId: '1002' });
  expect((await serviceOf(stage, 'web'))?.desiredCount).toBe(3);
  const asked = { services: 'web', 'desired-count': '2', 'force-new-deployment': 'false' };
  const run = await deploy(stage, prepared, asked, { runId: '1003' });
  expect(run.error).toBeUndefined();
  expect(run.lines.join('\n')).toContain('desired count: 3 → 2');
  expect(lastUpdate()).toMatchObject({ desiredCount: 2 });
  await passTime(stage, 30);
  expect(await serviceOf(stage, 'web')).toMatchObject({ desiredCount: 2, runningCount: 2 });
});

test('a service whose revision was deregistered gets it registered again', async () => {
  const prepared = await prepareRelease(stage);
  await deploy(stage, prepared);
  const { taskDefinition } = (await serviceOf(stage, 'web')) ?? {};
  await ecsOf(stage).send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  const run = await deploy(stage, prepared, {}, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(run.lines.join('\n')).toContain('definition: deregistered → registered anew');
  expect((await definitionOf(stage, 'smartboard-prod-web'))?.revision).toBe(2);
  expect(runningDigests(stage)['smartboard-web']).toEqual([prepared.images['web']]);
});

test('a service that someone has deleted is made again under its name', async () => {
  const prepared = await prepareRelease(stage);
  await deploy(stage, prepared);
  await ecsOf(stage).send(new DeleteServiceCommand({ cluster, service: 'smartboard-worker', force: true }));
  await passTime(stage, 120);
  expect((await serviceOf(stage, 'worker'))?.status).toBe('INACTIVE');
  const run = await deploy(stage, prepared, { force: 'true' }, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(run.report?.services.find(({ name }) => name === 'worker')?.change).toBe('create');
  expect(await serviceOf(stage, 'worker')).toMatchObject({ status: 'ACTIVE', runningCount: 1 });
});

test('an image that a good release has brought is tagged once', async () => {
  const prepared = await prepareRelease(stage);
  const run = await deploy(stage, prepared);
  const puts = () => stage.calls.filter(({ operation }) => operation === 'PutImage');
  expect(puts().map(({ parameters }) => (parameters as { imageTag?: string }).imageTag)).toEqual(
    Array(3).fill(`released-${run.outputs['release']}`),
  );
  const next = await prepareRelease(stage, { web: { version: '2' } });
  await deploy(stage, next, {}, { runId: '1002' });
  expect(puts()).toHaveLength(4);
});

test('an image that cannot be tagged is a warning, and the release stays good', async () => {
  const prepared = await prepareRelease(stage);
  stage.setFaults([{ operation: 'ecr:PutImage', kind: 'error', code: 'AccessDeniedException', status: 400 }]);
  const run = await deploy(stage, prepared);
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.warnings.filter((warning) => warning.includes('was not tagged released-'))).toHaveLength(3);
});

test('an image of a failed release is not tagged, and its services are not scaled', async () => {
  await deploy(stage, await prepareRelease(stage, { web: { 'simulator.exit-code': '1' } }));
  expect(called('PutImage')).toBe(0);
});
