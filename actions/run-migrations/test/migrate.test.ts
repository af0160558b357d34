import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { migrate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
});
afterEach(() => stage.close());

test('runs a migration in the image of the release and shows its log as it comes', async () => {
  const prepared = await prepareRelease(stage, {
    'svc-auth': { 'simulator.command.log': 'applying 001_users\n::error::not a command' },
  });
  stage.forgetCalls();
  const run = await migrate(stage, prepared);
  expect(run.error).toBeUndefined();
  expect(stage.writes()).toEqual([
    'PutParameter', // the lock
    'RegisterTaskDefinition',
    'PutParameter', // the attempt, before
    'RunTask',
    'PutParameter', // and after
    'PutParameter', // its end
  ]);
  expect(run.lines).toContain('svc-auth | applying 001_users');
  expect(run.lines).toContain('svc-auth | ::error::not a command');
  expect(JSON.parse(run.outputs['tasks'] ?? '')).toEqual({
    'svc-auth': [
      {
        taskArn: expect.stringContaining(':task/smartboard-prod/'),
        taskId: expect.any(String),
        exitCode: 0,
        seconds: expect.any(Number),
      },
    ],
  });
});

test('fails with the exit code and the last lines when a migration ends with an error', async () => {
  const prepared = await prepareRelease(stage, {
    'svc-auth': { 'simulator.command.exit-code': '1', 'simulator.command.log': 'relation "users" already exists' },
  });
  const run = await migrate(stage, prepared);
  expect(run.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('exit code 1') });
  expect(run.summary).toContain('relation "users" already exists');
  expect(JSON.parse(run.outputs['tasks'] ?? '')['svc-auth'][0].exitCode).toBe(1);
});
