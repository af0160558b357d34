import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fleetManifest } from '../../../bench/fleet.ts';
import { inProcess } from '../../../rehearsal/in-process.ts';
import { deploy, type Labels, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';

const cluster = 'fleet-prod';
const service = 'fleet-svc-001';

let stage: Stage;
let ecs: ECSClient;
beforeEach(async () => {
  stage = await openStage({ manifest: fleetManifest(1) });
  ecs = new ECSClient({
    region: stage.cloud.region,
    credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' },
    requestHandler: inProcess(stage.cloud),
  });
  await deploy(stage, await prepareRelease(stage));
});
afterEach(() => stage.close());

/** A second release, in whose middle something happens once: when a line begins like this. */
async function release(
  labels: Labels,
  { at, meanwhile, inputs = {} }: { at?: string; meanwhile?: () => unknown; inputs?: Labels } = {},
): Promise<StepRun> {
  const prepared = await prepareRelease(stage, { 'svc-001': { version: '2', ...labels } });
  let happened: unknown = at === undefined ? true : undefined;
  const onLine = (line: string) => {
    if (line.startsWith(`svc-001: ${at}`)) happened ??= meanwhile?.() ?? true;
  };
  const run = await deploy(stage, prepared, inputs, { runId: '1002', onLine });
  await happened;
  expect(happened).toBeDefined();
  return run;
}

function deleteService(): Promise<unknown> {
  return ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
}

async function stopDeployment(): Promise<void> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  const serviceDeploymentArn = services?.[0]?.currentServiceDeployment;
  await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
}

async function update(input: Partial<UpdateServiceCommandInput>): Promise<void> {
  await ecs.send(new UpdateServiceCommand({ cluster, service, ...input }));
}

const reasonOf = (run: StepRun) => run.lines.find((line) => line.startsWith('svc-001: failed: '));

test('the autoscaler may change the desired count in the middle, and that is told', async () => {
  const run = await release({}, { at: 'starting', meanwhile: () => stage.cloud.ecs.service(service).scaleTo(3) });
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.lines).toContain('svc-001: its desired count is 3 now, and was 1');
  expect(run.report?.services[0]).toMatchObject({ desired: 3, running: 3 });
});

test('a service that someone scales to nothing in the middle is no success', async () => {
  const run = await release({}, { at: 'starting', meanwhile: () => stage.cloud.ecs.service(service).scaleTo(0) });
  expect(run.outputs['verdict']).not.toBe('succeeded');
  expect(reasonOf(run)).toContain('someone has set its desired count to 0');
});

test('a service that someone deletes is named as deleted, and not waited for', async () => {
  const run = await release({}, { at: 'starting', meanwhile: deleteService });
  expect(run.outputs['verdict']).toBe('mixed');
  expect(reasonOf(run)).toContain('the ECS service was deleted');
  expect(run.seconds).toBeLessThan(60);
});

test('a rollout that someone stops is told as stopped, with where ECS goes back to', async () => {
  const run = await release({}, { at: 'starting', meanwhile: stopDeployment });
  expect(run.outputs['verdict']).toBe('undone');
  expect(reasonOf(run)).toMatch(/it was stopped \(StopServiceDeployment\).*ECS goes back to ecs-svc\/\d+/);
});

test('tasks that move to another zone meanwhile neither end nor fail the wait', async () => {
  const run = await release(
    { 'simulator.stops-in': '20' },
    { at: '1 of 1 running, 1 old', meanwhile: () => stage.cloud.ecs.service(service).rebalance() },
  );
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.lines.some((line) => line.includes('AZ Rebalancing in progress'))).toBe(true);
});

test('what keeps tasks from being placed is told once, while it lasts', async () => {
  stage.cloud.ecs.settings.placementFailures = 3;
  const run = await release({});
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.lines.filter((line) => line.includes('ECS says: was unable to place a task'))).toHaveLength(1);
});

test('a crash loop without a breaker ends by its failed tasks, long before the time-out', async () => {
  await update({
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: false, rollback: false },
    },
  });
  const run = await release({ 'simulator.exit-code': '3' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(reasonOf(run)).toMatch(/no circuit breaker stops it|ended by themselves/);
  expect(run.seconds).toBeLessThan(300);
});

test('tasks that are healthy for a moment and die again are a crash loop too, which no breaker sees', async () => {
  const run = await release({ 'simulator.runs-for': '9', 'simulator.exit-code': '1' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(reasonOf(run)).toMatch(/\d of its tasks have ended by themselves/);
  expect(run.seconds).toBeLessThan(400);
});

test('reads that fail for three minutes do not end the wait', async () => {
  stage.setFaults([{ operation: 'ecs:DescribeServices', kind: 'server-error', after: 10, until: 190 }]);
  const run = await release({});
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.seconds).toBeGreaterThan(190);
});

test('reads that hang do not outlast `wait-for-minutes`', async () => {
  const startedAt = stage.cloud.clock.now();
  let endedAt = Number.NaN;
  const hang = () => stage.setFaults([{ operation: 'ecs:DescribeServices', kind: 'hang', until: 80 }]);
  const prepared = await prepareRelease(stage, { 'svc-001': { version: '2' } });
  const onLine = (line: string) => {
    if (line.startsWith('svc-001: starting')) hang();
    if (line === 'svc-001: not finished in time') endedAt = stage.cloud.clock.now();
  };
  const run = await deploy(stage, prepared, { 'wait-for-minutes': '1' }, { runId: '1002', onLine });
  expect(run.outputs['verdict']).toBe('timed-out');
  expect((endedAt - startedAt) / 1000).toBeLessThan(62);
});

test('a permission that is taken away in the middle ends the wait at once', async () => {
  const deny = {
    operation: 'ecs:DescribeServices',
    kind: 'error',
    code: 'AccessDeniedException',
    status: 400,
  } as const;
  const run = await release({}, { at: 'starting', meanwhile: () => stage.setFaults([deny]) });
  expect(run.error?.message).toContain('ecs:DescribeServices');
  expect(run.seconds).toBeLessThan(10);
});
