import {
  ContinueServiceDeploymentCommand,
  type DeploymentConfiguration,
  ECSClient,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fleetManifest } from '../../../bench/fleet.ts';
import { inProcess } from '../../../rehearsal/in-process.ts';
import { deploy, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';

const cluster = 'fleet-prod';
const service = 'fleet-svc-001';

/** A worker: ECS shifts no traffic of services that are found by Cloud Map. */
const manifest = fleetManifest(1)
  .replace('    port: 4000\n', '')
  .replace(/health-check: .*/, 'health-check: none');

let stage: Stage;
let ecs: ECSClient;
beforeEach(async () => {
  stage = await openStage({ manifest });
  ecs = new ECSClient({
    region: stage.cloud.region,
    credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' },
    requestHandler: inProcess(stage.cloud),
  });
  await deploy(stage, await prepareRelease(stage, { 'svc-001': { 'simulator.stops-in': '25' } }));
});
afterEach(() => stage.close());

/** What someone has set on the service, and then a release of ours. */
async function releaseWith(
  deploymentConfiguration: DeploymentConfiguration,
  { desiredCount, onLine = () => {} }: { desiredCount?: number; onLine?: (line: string) => void } = {},
): Promise<StepRun> {
  await ecs.send(new UpdateServiceCommand({ cluster, service, deploymentConfiguration, desiredCount }));
  const prepared = await prepareRelease(stage, { 'svc-001': { version: '2' } });
  return deploy(stage, prepared, {}, { runId: '1002', onLine });
}

const watched = { alarms: { alarmNames: ['web-5xx'], enable: true, rollback: true } };

test('a rollout with alarms is waited for through its bake time', async () => {
  const run = await releaseWith(watched);
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.lines).toContain('svc-001: ECS also waits for the bake time of web-5xx');
  expect(run.seconds).toBeGreaterThan(300);
});

test('an alarm that goes off fails the release, and is named', async () => {
  const run = await releaseWith(watched, {
    onLine: (line) => line.startsWith('svc-001: starting') && stage.cloud.alarms.set('web-5xx', 'ALARM'),
  });
  expect(run.outputs['verdict']).toBe('undone');
  expect(run.error?.message).toMatch(/^svc-001 failed: The alarm web-5xx went off\./);
});

test('early success is success while ECS still takes old tasks away', async () => {
  const run = await releaseWith(
    {
      minimumHealthyPercent: 50,
      maximumPercent: 100,
      earlySuccessCriteria: { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup: 'DEFERRED' },
    },
    { desiredCount: 4 },
  );
  expect(run.outputs['verdict']).toBe('succeeded');
});

const strategies: readonly DeploymentConfiguration[] = [
  { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
  { strategy: 'LINEAR', linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 1 } },
  { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 } },
];

test.each(strategies)(
  '$strategy is told stage by stage, and is done when its record is successful',
  async (strategy) => {
    const run = await releaseWith(strategy);
    expect(run.outputs['verdict']).toBe('succeeded');
    expect(run.lines.join('\n')).toMatch(/svc-001: stage (BAKE_TIME|PRODUCTION_TRAFFIC_SHIFT)/);
    expect(run.seconds).toBeGreaterThan(60);
  },
);

test('a PAUSE hook is told once, with the command to go on, and the wait goes on', async () => {
  let continued: Promise<unknown> | undefined;
  const onLine = (line: string) => {
    const [, serviceDeploymentArn, hookId] = /--service-deployment-arn (\S+) --hook-id (\S+)/.exec(line) ?? [];
    if (hookId === undefined) return;
    continued ??= ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action: 'CONTINUE' }));
  };
  const run = await releaseWith(
    {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 1,
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }],
    },
    { onLine },
  );
  await continued;
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.lines.filter((line) => line.includes('aws ecs continue-service-deployment'))).toHaveLength(1);
});
