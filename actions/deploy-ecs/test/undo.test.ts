import { DeregisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { getParameter, putParameter } from '../../../lib/aws/ssm.ts';
import { deploy, type Prepared, prepareRelease, runningDigests } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';
import type { FaultRule } from '../../../simulator/faults.ts';
import { cluster, definitionOf, ecsOf, passTime, rewriteManifest, serviceOf } from './by-others.ts';
import { rootSession } from './ledger-of.ts';

let stage: Stage;
let good: Prepared;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  good = await prepareRelease(stage);
  await deploy(stage, good);
  stage.forgetCalls();
});
afterEach(() => stage.close());

const crashing = { 'simulator.exit-code': '1' };
const slow = { version: '2', 'simulator.healthy-after': '200' };

/** svc-auth is on its way when the worker, beside it, crashes. */
async function failBesideSlow(faults: readonly FaultRule[] = []): Promise<StepRun> {
  const prepared = await prepareRelease(stage, { 'svc-auth': slow, worker: crashing });
  stage.setFaults(faults);
  stage.forgetCalls();
  return deploy(stage, prepared, { services: 'svc-auth,worker' }, { runId: '1002' });
}

const called = (operation: string) => stage.writes().filter((name) => name === operation).length;

function expectAllBack(): void {
  expect(runningDigests(stage)).toEqual({
    'smartboard-svc-auth': [good.images['svc-auth']],
    'smartboard-web': [good.images['web']],
    'smartboard-worker': [good.images['worker']],
  });
}

test('a rollout that is under way when another fails is stopped: ECS itself goes back to the same deployment', async () => {
  const before = stage.cloud.ecs.truth().find(({ service }) => service === 'smartboard-svc-auth');
  const run = await failBesideSlow();
  expect(run.outputs['verdict']).toBe('undone');
  expectAllBack();
  const after = stage.cloud.ecs.truth().find(({ service }) => service === 'smartboard-svc-auth');
  expect(after?.deploymentId).toBe(before?.deploymentId);
  expect([called('StopServiceDeployment'), called('UpdateService')]).toEqual([1, 2]);
});

const stops: readonly [title: string, rule: FaultRule, updates: number][] = [
  ['its answer is lost', { operation: 'ecs:StopServiceDeployment', kind: 'reset-after', nth: 1 }, 2],
  ['it is lost', { operation: 'ecs:StopServiceDeployment', kind: 'reset', nth: 1 }, 2],
  [
    'ECS calls it a conflict',
    { operation: 'ecs:StopServiceDeployment', kind: 'error', code: 'ConflictException', status: 400 },
    3,
  ],
  [
    'the role may not',
    { operation: 'ecs:StopServiceDeployment', kind: 'error', code: 'AccessDeniedException', status: 400 },
    3,
  ],
];

test.each(stops)('the release is taken back although, when a rollout is stopped, %s', async (_title, rule, updates) => {
  const run = await failBesideSlow([rule]);
  expect(run.outputs['verdict']).toBe('undone');
  expectAllBack();
  expect(called('UpdateService')).toBe(updates);
});

test('two services that fail at once both go back', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': crashing, worker: crashing });
  const run = await deploy(stage, prepared, {}, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expectAllBack();
});

test('a service without a breaker that crashes in a loop is stopped, and goes back', async () => {
  const deploymentConfiguration = { deploymentCircuitBreaker: { enable: false, rollback: false } };
  await ecsOf(stage).send(new UpdateServiceCommand({ cluster, service: 'smartboard-worker', deploymentConfiguration }));
  const prepared = await prepareRelease(stage, { worker: crashing });
  const run = await deploy(stage, prepared, { services: 'worker' }, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expectAllBack();
  expect(called('StopServiceDeployment')).toBe(1);
});

test('a restart that fails goes back to the deployment whose tasks still run', async () => {
  const before = stage.cloud.ecs.truth().find(({ service }) => service === 'smartboard-svc-auth');
  let done: Promise<void> | undefined;
  const onLine = (line: string) => {
    if (line.includes('restarted as')) done ??= stage.byHand.deleteSecret('smartboard/oidc/microsoft-client-secret');
  };
  const run = await deploy(stage, good, { services: 'svc-auth' }, { runId: '1002', onLine });
  await done;
  expect(run.outputs['verdict']).toBe('undone');
  expectAllBack();
  const after = stage.cloud.ecs.truth().find(({ service }) => service === 'smartboard-svc-auth');
  expect(after?.deploymentId).toBe(before?.deploymentId);
});

test('a refusal in the middle takes back what was begun, and only that', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': slow, worker: { version: '2' } });
  stage.setFaults([
    { operation: 'ecs:UpdateService', kind: 'error', code: 'AccessDeniedException', status: 400, nth: 2 },
  ]);
  stage.forgetCalls();
  const run = await deploy(stage, prepared, { services: 'svc-auth,worker' }, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(run.error?.message).toContain('ecs:UpdateService');
  expectAllBack();
});

test('a refusal in the second wave takes the first one back', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: { version: '2' } });
  const denied = { kind: 'error', code: 'AccessDeniedException', status: 400 } as const;
  stage.setFaults([{ operation: 'ecs:RegisterTaskDefinition', ...denied, nth: 2 }]);
  const run = await deploy(stage, prepared, { services: 'svc-auth,web' }, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expectAllBack();
});

test('an update that arrived, although nobody could see it, is found and taken back', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  stage.setFaults([{ operation: 'ecs:UpdateService', kind: 'reset-after', nth: 1 }]);
  const blind = {
    operation: 'ecs:DescribeServices',
    kind: 'error',
    code: 'AccessDeniedException',
    status: 400,
  } as const;
  const onLine = (line: string) => {
    if (line.includes('no answer to UpdateService')) stage.setFaults([{ ...blind, nth: 1 }]);
  };
  stage.forgetCalls();
  const run = await deploy(stage, prepared, { services: 'svc-auth' }, { runId: '1002', onLine });
  expect(run.outputs['verdict']).toBe('undone');
  expectAllBack();
});

test('revisions of a failed release do not stay the newest', async () => {
  const before = await serviceOf(stage, 'svc-auth');
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: crashing });
  const run = await deploy(stage, prepared, {}, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(called('DeregisterTaskDefinition')).toBe(2);
  expect((await definitionOf(stage, 'smartboard-prod-svc-auth'))?.taskDefinitionArn).toBe(before?.taskDefinition);
});

test('a revision that a failed first release left is deregistered when the service has another one', async () => {
  await stage.close();
  stage = await openStage({ manifest: smallManifest });
  const bad = await deploy(stage, await prepareRelease(stage, { web: crashing }));
  expect(bad.outputs['verdict']).toBe('undone');
  const left = (await serviceOf(stage, 'web'))?.taskDefinition ?? '';
  expect((await definitionOf(stage, left))?.status).toBe('ACTIVE');
  const run = await deploy(stage, await prepareRelease(stage, { web: { version: '2' } }), {}, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('succeeded');
  expect((await definitionOf(stage, left))?.status).toBe('INACTIVE');
});

test('a revision to go back to that someone has deregistered is registered again', async () => {
  const before = await serviceOf(stage, 'svc-auth');
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: crashing });
  let done: Promise<unknown> | undefined;
  const onLine = (line: string) => {
    if (!line.startsWith('web: starting')) return;
    const command = new DeregisterTaskDefinitionCommand({ taskDefinition: before?.taskDefinition });
    done ??= ecsOf(stage).send(command);
  };
  const run = await deploy(stage, prepared, {}, { runId: '1002', onLine });
  await done;
  expect(run.outputs['verdict']).toBe('undone');
  expectAllBack();
});

test('what a failed release has changed besides the definition goes back too', async () => {
  const before = await serviceOf(stage, 'worker');
  await rewriteManifest(stage, smallManifest.replace('spot: true', 'spot: false'));
  const prepared = await prepareRelease(stage, { worker: crashing });
  const run = await deploy(stage, prepared, { services: 'worker', 'desired-count': '3' }, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  await passTime(stage, 60);
  const after = await serviceOf(stage, 'worker');
  expect(after?.capacityProviderStrategy).toEqual(before?.capacityProviderStrategy);
  expect(after?.desiredCount).toBe(1);
});

test('a network that infra has changed is sent with the release, and goes back with it', async () => {
  const aws = rootSession(stage);
  const name = '/smartboard/prod/infra/network';
  const contract = JSON.parse((await getParameter(aws, name))?.value ?? '{}') as { subnets: string[] };
  const [kept = '', gone = ''] = contract.subnets;
  await putParameter(aws, { name, value: JSON.stringify({ ...contract, subnets: [kept] }), overwrite: true });
  const subnets = async () => (await serviceOf(stage, 'worker'))?.networkConfiguration?.awsvpcConfiguration?.subnets;

  const bad = await prepareRelease(stage, { worker: crashing });
  const failed = await deploy(stage, bad, { services: 'worker' }, { runId: '1002' });
  expect(failed.outputs['verdict']).toBe('undone');
  expect(failed.lines.join('\n')).toMatch(/network: .* → /);
  expect(await subnets()).toEqual([kept, gone]);

  const quiet = { services: 'worker', 'force-new-deployment': 'false' };
  const run = await deploy(stage, await prepareRelease(stage, { worker: { version: '3' } }), quiet, { runId: '1003' });
  expect(run.error).toBeUndefined();
  expect(await subnets()).toEqual([kept]);
});

test('when going back is refused, the verdict is mixed, and who runs what is named', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: crashing });
  const denied = { kind: 'error', code: 'AccessDeniedException', status: 400 } as const;
  stage.setFaults([
    { operation: 'ecs:UpdateService', ...denied, from: 4 },
    { operation: 'ecs:StopServiceDeployment', ...denied },
  ]);
  const run = await deploy(stage, prepared, {}, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('mixed');
  expect(run.warnings.join('\n')).toMatch(/(svc-auth|worker) did not go back: .*ecs:UpdateService/);
  expect(run.error?.message).toContain('svc-auth');
  expect(run.report?.services.map(({ name }) => name)).toEqual(['svc-auth', 'web', 'worker']);
  expect(called('DeregisterTaskDefinition')).toBe(0);
});

test('someone else who deploys while a release goes back is named, and not undone', async () => {
  const foreign = await stage.push('svc-auth', { version: 'foreign' });
  const prepared = await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: crashing });
  let done: Promise<void> | undefined;
  const onLine = (line: string) => {
    if (line.startsWith('svc-auth: going back')) done ??= stage.byHand.deploy('svc-auth', foreign);
  };
  const run = await deploy(stage, prepared, {}, { runId: '1002', onLine });
  await done;
  expect(run.outputs['verdict']).toBe('mixed');
  expect(run.warnings.join('\n')).toMatch(/svc-auth did not go back: superseded by ecs-svc/);
  await passTime(stage, 120);
  expect(runningDigests(stage)['smartboard-svc-auth']).toEqual([foreign]);
});
