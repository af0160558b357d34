import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findImageDigests } from '../../../lib/aws/ecr-released-image.ts';
import type { ObservedTask } from '../../../lib/aws/ecs-tasks.ts';
import { pushImage } from '../../../rehearsal/test/stage/push-image.ts';
import { migrate, type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import type { FaultRule } from '../../../simulator/faults.ts';
import { judgeTask } from '../src/judge.ts';
import { withAnswer } from './altered.ts';

let stage: Stage;
beforeEach(async () => void (stage = await openStage({ manifest: smallManifest })));
afterEach(() => stage.close());

const run = (main: ReturnType<typeof withAnswer>, { inputs }: Prepared) => stage.run('run-migrations', main, inputs);
const countOf = (operation: string) => stage.calls.filter((call) => call.operation === operation).length;

/** DescribeTasks with another digest of the image. */
const running = (imageDigest: string) =>
  withAnswer('DescribeTasks', ({ tasks = [], ...answer }) => ({
    ...answer,
    tasks: tasks.map((task: any) => ({
      ...task,
      containers: task.containers.map((container: object) => ({ ...container, imageDigest })),
    })),
  }));

test('a task that has run another image than the release has not succeeded', async () => {
  const prepared = await prepareRelease(stage);
  const { error, summary } = await run(running(`sha256:${'0'.repeat(64)}`), prepared);
  expect(error).toMatchObject({
    code: 'E_STATE',
    message: expect.stringContaining('another image than the release’s'),
  });
  expect(summary).toContain('sha256:0000');
});

test('the image that an index has for the platform is the image of the release', async () => {
  const prepared = await prepareRelease(stage);
  const digest = await pushImage(stage.cloud, 'smartboard-svc-auth', {}, { index: true });
  const images = { ...prepared.images, 'svc-auth': digest };
  const [, child = ''] = (await findImageDigests(stage.aws, { repository: 'smartboard-svc-auth', digest })) ?? [];
  expect(child).toMatch(/^sha256:/);
  const inputs = { ...prepared.inputs, images: JSON.stringify(images) };
  expect((await run(running(child), { images, inputs })).error).toBeUndefined();
});

test('RunTask that answers 200 with neither a task nor a reason is a failure', async () => {
  const nothing = withAnswer('RunTask', () => ({ tasks: [], failures: [] }));
  const { error } = await run(nothing, await prepareRelease(stage));
  expect(error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('no task and no reason') });
});

test('two tasks for one token are named, and neither is followed', async () => {
  const twice = withAnswer('RunTask', ({ tasks: [task], failures }) => ({
    failures,
    tasks: [task, { ...task, taskArn: `${task.taskArn}2` }],
  }));
  const { error } = await run(twice, await prepareRelease(stage));
  expect(error).toMatchObject({ code: 'E_STATE', message: expect.stringMatching(/2 tasks run .*task\/.*, .*task\//) });
  expect(countOf('DescribeTasks')).toBe(0);
});

const refusals: readonly [title: string, code: string, said: string, expected: string][] = [
  ['another platform than Fargate', 'PlatformTaskDefinitionIncompatibilityException', 'not compatible', 'E_REMOTE'],
  ['a network that is not there', 'InvalidParameterException', 'The subnet IDs are invalid', 'E_REMOTE'],
  ['a subnet in another network', 'InvalidParameterException', 'different VPCs', 'E_REMOTE'],
  ['a missing permission', 'AccessDeniedException', 'iam:PassRole', 'E_REMOTE'],
  ['an inactive definition', 'ClientException', 'TaskDefinition is inactive', 'E_REMOTE'],
  ['a token with other parameters', 'ConflictException', 'Client token was already used', 'E_STATE'],
];

test.each(refusals)('is refused once and for good with %s', async (_title, code, message, expected) => {
  const prepared = await prepareRelease(stage);
  stage.setFaults([{ operation: 'ecs:RunTask', kind: 'error', code, message }]);
  const { error, seconds } = await migrate(stage, prepared);
  expect(error).toMatchObject({ code: expected });
  expect(`${error?.message} ${(error?.cause as Error | undefined)?.message}`).toContain(message);
  expect([countOf('RunTask'), seconds < 5]).toEqual([1, true]);
});

const ends: readonly [title: string, labels: Record<string, string>, said: RegExp][] = [
  ['is lost', { 'simulator.command.lost-at': '2', 'simulator.command.runs-for': '9' }, /no exit code/],
  ['runs out of memory', { 'simulator.command.oom-at': '2', 'simulator.command.runs-for': '9' }, /exit code 137/],
  ['is not in the image', { 'simulator.command.exit-code': '127' }, /The command is not in the image/],
];

test.each(ends)('a migration that %s has failed, and so has the step', async (_title, labels, said) => {
  const { error } = await migrate(stage, await prepareRelease(stage, { 'svc-auth': labels }));
  expect(error).toMatchObject({ code: 'E_STATE', message: expect.stringMatching(said) });
});

test.each(['SpotInterruption', 'TerminationNotice'] as const)(
  'a task that Fargate takes away has not succeeded although it ended with 0: %s',
  async (code) => {
    const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.runs-for': '60' } });
    const onLine = (line: string) => {
      const [, arn = ''] = /as (arn:\S+)$/.exec(line) ?? [];
      if (arn !== '') stage.cloud.clock.after(25_000, () => stage.cloud.ecs.interrupt(arn, code));
    };
    const { error } = await migrate(stage, prepared, {}, { onLine });
    expect(error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining(code) });
  },
);

const task = (codes: Readonly<Record<string, number | undefined>>): ObservedTask => ({
  arn: 'arn',
  id: 'id',
  lastStatus: 'STOPPED',
  health: 'UNKNOWN',
  taskDefinition: '',
  group: '',
  startedBy: undefined,
  stopCode: 'EssentialContainerExited',
  stoppedReason: undefined,
  stoppedAt: 0,
  containers: Object.entries(codes).map(([name, exitCode]) => ({
    name,
    exitCode,
    reason: undefined,
    imageDigest: undefined,
  })),
});

const judgements: readonly [
  title: string,
  codes: Record<string, number | undefined>,
  kind: string,
  code: number | undefined,
][] = [
  ['0 everywhere', { migrator: 0, sidecar: 0 }, 'succeeded', undefined],
  ['0 in the sidecar and 1 in the migrator', { sidecar: 0, migrator: 1 }, 'failed', 1],
  ['1 in the sidecar and 0 in the migrator', { sidecar: 1, migrator: 0 }, 'failed', 1],
  ['no exit code in one of them', { migrator: 0, sidecar: undefined }, 'failed', undefined],
  ['a container that ECS does not show', { migrator: 0 }, 'failed', undefined],
];

test.each(judgements)('judges by all essential containers: %s', (_title, codes, kind, exitCode) => {
  const expected = { essential: ['migrator', 'sidecar'], container: 'migrator', digests: [] };
  expect(judgeTask(task(codes), expected)).toMatchObject(kind === 'succeeded' ? { kind } : { kind, exitCode });
});

test('a task without any essential container has proven nothing', () => {
  expect(judgeTask(task({}), { essential: [], container: 'migrator', digests: [] }).kind).toBe('failed');
});

test('what fails before the task has started is tried again by the next run as a new attempt', async () => {
  const prepared = await prepareRelease(stage);
  const rules: FaultRule[] = [{ operation: 'ecs:RunTask', kind: 'throttle' }];
  stage.setFaults(rules);
  const throttled = await migrate(stage, prepared);
  expect(throttled.error).toMatchObject({ code: 'E_REMOTE' });
  expect(throttled.seconds).toBeGreaterThan(100);
  expect(throttled.seconds).toBeLessThan(180);
  stage.setFaults([]);
  expect((await migrate(stage, prepared, {}, { runAttempt: 2 })).error).toBeUndefined();
});
