import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { describeTasks } from '../../../lib/aws/ecs-tasks.ts';
import { describeTaskDefinition } from '../../../lib/aws/task-definition.ts';
import { logStreamOf } from '../../../lib/aws/task-definition-compose.ts';
import { inProcess } from '../../../rehearsal/in-process.ts';
import { deploy, migrate, operate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';

let stage: Stage;
beforeEach(async () => void (stage = await openStage({ manifest: smallManifest })));
afterEach(() => stage.close());

const runsFor = (seconds: number) => ({ 'svc-auth': { 'simulator.command.runs-for': String(seconds) } });
const logGroup = '/smartboard/prod/svc-auth';

/** Calls `then` with the task's ARN when it is started. */
const whenStarted = (then: (arn: string) => void) => (line: string) => {
  const [, arn] = /^svc-auth: .* as (arn:\S+)$/.exec(line) ?? [];
  if (arn !== undefined) then(arn);
};

test('with 40 ms a call a stopped task is noticed within 2 s, and a line of its log within 3 s', async () => {
  const { clock, logs } = stage.cloud;
  const told = new Map<string, number>();
  let taskArn = '';
  const started = whenStarted((arn) => {
    taskArn = arn;
    for (let second = 30; second < 90; second += 1.37)
      clock.after(second * 1000, () => logs.append(logGroup, streamOf(arn), `line ${second}`));
  });
  const onLine = (line: string) => {
    started(line);
    told.set(line.replace('svc-auth | ', ''), clock.now());
  };
  const prepared = await prepareRelease(stage, runsFor(90));
  stage.setFaults([{ operation: '*:*', kind: 'delay', ms: 40 }]);
  expect((await migrate(stage, prepared, {}, { onLine })).error).toBeUndefined();

  const { stoppedAt = 0 } = (await describeTasks(stage.aws, 'smartboard-prod', [taskArn])).get(taskArn) ?? {};
  const noticed = (told.get('svc-auth: stopped') ?? Number.NaN) - stoppedAt;
  const late = (await readableSince(taskArn)).map(([line, at]) => (told.get(line) ?? Number.NaN) - at);
  expect(late.length).toBeGreaterThan(40);
  expect(Math.max(...late)).toBeLessThanOrEqual(3_000);
  expect(noticed).toBeLessThanOrEqual(2_000);
});

const streamOf = (taskArn: string) => logStreamOf('svc-auth', taskArn.slice(taskArn.lastIndexOf('/') + 1));

/** Each line of a task's log, and since when CloudWatch shows it. */
async function readableSince(taskArn: string): Promise<readonly (readonly [line: string, at: number])[]> {
  const credentials = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
  const configuration = { region: 'eu-west-1', credentials, requestHandler: inProcess(stage.cloud) };
  const wanted = { logGroupName: logGroup, logStreamName: streamOf(taskArn), startFromHead: true };
  const { events = [] } = await new CloudWatchLogsClient(configuration).send(new GetLogEventsCommand(wanted));
  return events.map(({ message = '', ingestionTime = 0 }) => [message, ingestionTime]);
}

test('a migration that outlasts the session is followed with a new one', async () => {
  const prepared = await prepareRelease(stage, runsFor(1_500));
  const before = stage.calls.length;
  const run = await migrate(stage, prepared, { 'role-duration-seconds': '900', 'timeout-minutes': '60' });
  expect(run.error).toBeUndefined();
  const sessions = stage.calls.slice(before).filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity');
  expect(sessions.length).toBeGreaterThanOrEqual(3);
});

test('a session that AWS takes for expired once is renewed', async () => {
  const prepared = await prepareRelease(stage, runsFor(120));
  stage.setFaults([{ operation: 'ecs:DescribeTasks', kind: 'expired-token', nth: 5 }]);
  expect((await migrate(stage, prepared)).error).toBeUndefined();
});

test.each(['AccessDeniedException', 'ExpiredTokenException'])(
  'when the task cannot be looked at any more (%s) its outcome is unknown, and it is named',
  async (code) => {
    const prepared = await prepareRelease(stage, runsFor(120));
    stage.setFaults([{ operation: 'ecs:DescribeTasks', kind: 'error', code, from: 10 }]);
    const run = await migrate(stage, prepared);
    expect(run.error).toMatchObject({ code: 'E_UNKNOWN', message: expect.stringMatching(/goes on .*:task\//) });
    expect(run.summary).toContain('goes on without this job');
    expect(JSON.parse(run.outputs['tasks'] ?? '')).toEqual({
      'svc-auth': [
        { taskArn: expect.stringContaining(':task/'), taskId: expect.any(String), seconds: expect.any(Number) },
      ],
    });
    stage.setFaults([]);
    expect((await migrate(stage, prepared, {}, { runAttempt: 2 })).error).toBeUndefined();
  },
);

test('a rollback takes the lock, and the step ends with the name of the task that goes on', async () => {
  await deploy(stage, await prepareRelease(stage), {}, { runId: '1' });
  await deploy(stage, await prepareRelease(stage, { web: { version: '2' } }), {}, { runId: '2' });
  const prepared = await prepareRelease(stage, runsFor(300));
  const inputs = { operation: 'rollback', reason: 'the page is blank', force: 'true' };
  let rollback: ReturnType<typeof operate> | undefined;
  const onLine = (line: string) => {
    if (line === 'svc-auth: running') rollback = operate(stage, inputs, { runId: '4' });
  };
  const run = await migrate(stage, prepared, {}, { runId: '3', onLine });
  expect(run.error).toMatchObject({
    code: 'E_STATE',
    message: expect.stringMatching(/in favour of .*goes on .*:task\//),
  });
  expect(run.seconds).toBeLessThan(60);
  expect(run.summary).toContain('goes on without this job');
  expect((await rollback)?.error).toBeUndefined();
});

test('the command of a workspace reaches the task as it stands in the manifest', async () => {
  const command = ['pnpm', '--filter', '@smartboard/svc-auth', 'db:migrate'];
  await stage.close();
  stage = await openStage({ manifest: smallManifest.replace('[node, migrate.js]', JSON.stringify(command)) });
  const run = await migrate(stage, await prepareRelease(stage));
  expect(run.error).toBeUndefined();
  expect(run.lines.join('\n')).toContain('pnpm --filter @smartboard/svc-auth db:migrate as arn:');
  const { definition } = (await describeTaskDefinition(stage.aws, 'smartboard-prod-svc-auth-migrate')) ?? {};
  expect(definition?.containerDefinitions?.map((container) => container.command)).toEqual([command]);
});
