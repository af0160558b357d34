import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  DeregisterTaskDefinitionCommand,
  ECSClient,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { ECRClient, StartImageScanCommand } from '@aws-sdk/client-ecr';
import { MixedState } from '../../../lib/core/errors.ts';
import { inProcess } from '../../../rehearsal/in-process.ts';
import {
  deploy,
  type Labels,
  migrate,
  operate,
  prepareRelease,
  runningDigests,
} from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../simulator/clock.ts';
import { headOf, recordsOf } from './ledger-of.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
});
afterEach(() => stage.close());

const configuration = () => ({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' },
  requestHandler: inProcess(stage.cloud),
});
const ecs = () => new ECSClient(configuration());
const cluster = 'smartboard-prod';
const rollback = { operation: 'rollback', reason: 'the page is blank' };

/** Two releases; the labels say how the first one's web behaves. */
async function twoReleases(labels: Labels = {}) {
  const first = await prepareRelease(stage, { web: { version: '1', ...labels } });
  await migrate(stage, first, {}, { runId: '1' });
  await deploy(stage, first, {}, { runId: '1' });
  await deploy(stage, await prepareRelease(stage, { web: { version: '2' } }), {}, { runId: '2' });
  return first.images['web'];
}

test('a migration that runs is named, and needs force', async () => {
  const first = await twoReleases();
  const { services } = await ecs().send(new DescribeServicesCommand({ cluster, services: ['smartboard-svc-auth'] }));
  const run = await ecs().send(
    new RunTaskCommand({
      cluster,
      taskDefinition: 'smartboard-prod-svc-auth-migrate',
      launchType: 'FARGATE',
      networkConfiguration: services?.[0]?.networkConfiguration,
    }),
  );
  const task = run.tasks?.[0]?.taskArn ?? '?';
  stage.forgetCalls();
  const refused = await operate(stage, rollback);
  expect(refused.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining(task) });
  expect(refused.outputs['verdict']).toBe('refused');
  expect(stage.writes()).toEqual([]);

  const forced = await operate(stage, { ...rollback, force: 'true' });
  expect(forced.error).toBeUndefined();
  expect(forced.warnings).toContainEqual(expect.stringContaining(task));
  expect(runningDigests(stage)['smartboard-web']).toEqual([first]);
  const [own] = await recordsOf(stage);
  expect(own?.reason).toContain(`Forced: svc-auth: Its migration is running: ${task}`);
});

test('an image with critical vulnerabilities needs force, and the override leaves a trace', async () => {
  const imageDigest = await twoReleases({ 'simulator.findings': 'CRITICAL=2' });
  await new ECRClient(configuration()).send(
    new StartImageScanCommand({ repositoryName: 'smartboard-web', imageId: { imageDigest } }),
  );
  await pass(60_000, stage.cloud.clock);
  stage.forgetCalls();
  const refused = await operate(stage, rollback);
  expect(refused.error).toMatchObject({ code: 'E_POLICY', message: expect.stringContaining('2 CRITICAL') });
  expect(stage.writes()).toEqual([]);
  expect((await operate(stage, { ...rollback, force: 'true' })).error).toBeUndefined();
  expect((await recordsOf(stage))[0]?.reason).toContain('Forced: web: Its image has 2 CRITICAL');
});

test('findings that cannot be read are one warning, not an obstacle', async () => {
  await twoReleases();
  stage.setFaults([
    { operation: 'ecr:DescribeImageScanFindings', kind: 'error', code: 'AccessDeniedException', status: 400 },
  ]);
  const run = await operate(stage, rollback);
  expect(run.error).toBeUndefined();
  expect(run.warnings.filter((line) => line.includes('could not be read'))).toHaveLength(1);
});

test('a definition that was deregistered is registered again, and is the newest then', async () => {
  const first = await twoReleases();
  await ecs().send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'smartboard-prod-web:1' }));
  const run = await operate(stage, rollback);
  expect(run.error).toBeUndefined();
  expect(runningDigests(stage)['smartboard-web']).toEqual([first]);
  expect(run.report?.services.find(({ name }) => name === 'web')?.taskDefinition).toMatch(/smartboard-prod-web:3$/);
});

test('a service that is gone needs force: the others come back without it', async () => {
  const first = await twoReleases();
  await ecs().send(new DeleteServiceCommand({ cluster, service: 'smartboard-worker', force: true }));
  stage.forgetCalls();
  const refused = await operate(stage, rollback);
  expect(refused.error).toMatchObject({
    code: 'E_STATE',
    message: expect.stringContaining('no ECS service smartboard-worker'),
  });
  expect(stage.writes()).toEqual([]);
  expect((await operate(stage, { ...rollback, force: 'true' })).error).toBeUndefined();
  expect(runningDigests(stage)['smartboard-web']).toEqual([first]);
});

test('one service that AWS does not let go back does not hold up the others: mixed, with the command to go on', async () => {
  const [first, second] = [await prepareRelease(stage, versions('1')), await prepareRelease(stage, versions('2'))];
  await deploy(stage, first, {}, { runId: '1' });
  await deploy(stage, second, {}, { runId: '2' });
  const target = (await headOf(stage)).good[1] ?? '';
  stage.setFaults([
    { operation: 'ecs:UpdateService', kind: 'error', code: 'AccessDeniedException', status: 400, nth: 1 },
  ]);
  const run = await operate(stage, rollback);
  stage.setFaults([]);
  expect(run.outputs['verdict']).toBe('mixed');
  expect(run.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('Running now: ') });
  expect(`${run.error?.remedy}`).toContain(`release=${target}`);
  expect(await headOf(stage)).toMatchObject({ hold: { to: target } });

  const again = await operate(stage, { ...rollback, release: target });
  expect(again.outputs['verdict']).toBe('rolled-back');
  expect(runningDigests(stage)).toEqual({
    'smartboard-svc-auth': [first.images['svc-auth']],
    'smartboard-web': [first.images['web']],
    'smartboard-worker': [first.images['worker']],
  });
});

const versions = (version: string) => ({ 'svc-auth': { version }, web: { version }, worker: { version } });

test('a release whose tasks do not start any more is mixed, and nothing returns to what was left', async () => {
  await deploy(stage, await prepareRelease(stage, versions('1')), {}, { runId: '1' });
  await deploy(stage, await prepareRelease(stage, versions('2')), {}, { runId: '2' });
  await stage.byHand.deleteSecret('smartboard/oidc/microsoft-client-secret');
  stage.forgetCalls();
  const run = await operate(stage, rollback);
  expect(run.error).toBeInstanceOf(MixedState);
  expect(run.outputs['verdict']).toBe('mixed');
  expect(run.error?.message).toContain('svc-auth failed');
  expect(stage.writes().filter((name) => name === 'UpdateService')).toHaveLength(3);
  expect(run.report?.services.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['svc-auth', 'failed'],
    ['web', 'deployed'],
    ['worker', 'deployed'],
  ]);
  expect((await headOf(stage)).hold).toBeDefined();
});
