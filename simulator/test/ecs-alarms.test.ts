import { describe, expect, test } from '@jest/globals';
import { settledService } from './ecs-release-world.ts';

const watched = (rollback = true) => ({
  deploymentConfiguration: { alarms: { alarmNames: ['web-5xx', 'web-slow'], enable: true, rollback } },
});

/** A service with alarms, in the middle of a rollout. */
async function watchedRollout(rollback = true) {
  const world = await settledService(watched(rollback));
  await world.seconds(400);
  await world.update({ taskDefinition: await world.register() });
  await world.seconds(5);
  return world;
}

test('the rollout goes on for the bake time after the old tasks are gone', async () => {
  const world = await watchedRollout();
  await world.seconds(60);
  expect(await world.outline()).toEqual(['PRIMARY IN_PROGRESS 2 2']);
  expect((await world.newest()).alarms).toEqual({
    status: 'MONITORING',
    alarmNames: ['web-5xx', 'web-slow'],
    triggeredAlarmNames: [],
  });
  await world.seconds(300);
  expect(await world.outline()).toEqual(['PRIMARY COMPLETED 2 2']);
  expect(await world.newest()).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'MONITORING_COMPLETE' } });
});

describe('an alarm fails the rollout', () => {
  test.each([
    ['while tasks are replaced', 5],
    ['while it bakes', 120],
  ])('%s, and the old deployment comes back', async (_when, later) => {
    const world = await watchedRollout();
    const failing = (await world.describe()).deployments![0]!.id;
    await world.seconds(later);
    world.cloud.alarms.set('web-slow', 'ALARM');
    await world.seconds(11);
    expect((await world.describe()).deployments).toMatchObject([
      { id: world.id, status: 'PRIMARY', rolloutState: 'IN_PROGRESS' },
      { id: failing, status: 'ACTIVE', rolloutState: 'FAILED' },
    ]);
    await world.seconds(120);
    expect(await world.newest()).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['web-slow'] },
    });
    expect(await world.describe()).toMatchObject({ taskDefinition: world.first, deployments: [{ id: world.id }] });
    expect((await world.events()).join()).toContain('deployment failed: alarm detected.');
  });

  test('without rollback it stays, FAILED', async () => {
    const world = await watchedRollout(false);
    world.cloud.alarms.set('web-5xx', 'ALARM');
    await world.seconds(60);
    expect((await world.outline())[0]).toMatch(/^PRIMARY FAILED/);
    expect((await world.newest()).status).toBe('STOPPED');
  });
});

test('alarms that ring before the rollout begins are ignored, and nothing bakes', async () => {
  const world = await settledService(watched());
  await world.seconds(400);
  world.cloud.alarms.set('web-5xx', 'ALARM');
  await world.update({ taskDefinition: await world.register() });
  world.cloud.alarms.set('web-slow', 'ALARM');
  await world.seconds(120);
  expect(await world.newest()).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'DISABLED' } });
});

test('an alarm after the end changes nothing', async () => {
  const world = await watchedRollout();
  await world.seconds(400);
  world.cloud.alarms.set('web-5xx', 'ALARM');
  await world.seconds(60);
  expect(await world.outline()).toEqual(['PRIMARY COMPLETED 2 2']);
});

test('a stack that makes alarms makes them in OK', async () => {
  const world = await settledService();
  const properties = { AlarmName: 'web-5xx' };
  const { Alarm } = await world.cloud.provision([{ id: 'Alarm', type: 'AWS::CloudWatch::Alarm', properties }]);
  expect(Alarm!.ref).toBe('web-5xx');
  expect(world.cloud.alarms.inAlarm(['web-5xx'])).toEqual([]);
});
