import { describe, expect, test } from '@jest/globals';
import { interfaceTimeout } from '../services/ecs/settings.ts';
import { definition, ecsWorld, executionRole, network, register, runTask } from './ecs-world.ts';

const migration = { overrides: { containerOverrides: [{ name: 'web', command: ['node', 'migrate.js'] }] } };
const secrets = (valueFrom: string) => ({ secrets: [{ name: 'JWT_SECRET', valueFrom }] });
const log = {
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': '/smartboard/prod', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'web' },
  },
};

test('a task passes through the states of Fargate, in order', async () => {
  const world = ecsWorld();
  const arn = register(world, world.push('web:1', { 'simulator.stops-in': '2' }));
  const { taskArn } = runTask(world, arn).tasks[0];
  world.clock.after(15_000, () => world.call('StopTask', { cluster: 'smartboard', task: taskArn }));
  const seen = new Set<string>();
  for (let step = 0; step < 400; step++) {
    seen.add(world.task(taskArn).lastStatus);
    await world.seconds(0.1);
  }
  expect([...seen]).toEqual([
    'PROVISIONING',
    'PENDING',
    'RUNNING',
    'DEACTIVATING',
    'STOPPING',
    'DEPROVISIONING',
    'STOPPED',
  ]);
  const {
    createdAt,
    connectivityAt,
    pullStartedAt,
    pullStoppedAt,
    startedAt,
    stoppingAt,
    executionStoppedAt,
    stoppedAt,
  } = world.task(taskArn);
  const times = [
    createdAt,
    connectivityAt,
    pullStartedAt,
    pullStoppedAt,
    startedAt,
    stoppingAt,
    executionStoppedAt,
    stoppedAt,
  ];
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(startedAt - createdAt).toBeLessThan(15);
});

test('a migration by another command than the image’s ends with 0, and its lines are in the log', async () => {
  const world = ecsWorld();
  const arn = register(world, world.push('web:1', { 'simulator.command.log': 'one\ntwo' }), log);
  const { taskArn } = runTask(world, arn, migration).tasks[0];
  await world.seconds(60);
  expect(world.task(taskArn)).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: 0 }] });
  const stream = `/smartboard/prod web/web/${taskArn.split('/').at(-1)}`;
  expect(world.lines).toEqual([`${stream} one`, `${stream} two`]);
});

test('a task reports the digest it runs', async () => {
  const world = ecsWorld();
  const image = world.push('web:1');
  const { taskArn } = runTask(world, register(world, image)).tasks[0];
  expect(world.task(taskArn).containers[0].imageDigest).toBeUndefined();
  await world.seconds(20);
  expect(world.task(taskArn).containers[0].imageDigest).toBe(world.images.get(image)!.digest);
});

test('memory that runs out is told on the container, not on the task', async () => {
  const world = ecsWorld();
  const { taskArn } = runTask(world, register(world, world.push('web:1', { 'simulator.oom-at': '1' }))).tasks[0];
  await world.seconds(60);
  expect(world.task(taskArn)).toMatchObject({
    stoppedReason: 'Essential container in task exited',
    containers: [{ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }],
  });
});

test('a container that is lost has no exit code', async () => {
  const world = ecsWorld();
  const { taskArn } = runTask(world, register(world, world.push('web:1', { 'simulator.lost-at': '1' }))).tasks[0];
  await world.seconds(60);
  expect(world.task(taskArn)).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited' });
  expect(world.task(taskArn).containers[0].exitCode).toBeUndefined();
});

const sidecar = (image: string, essential: boolean) => ({
  containerDefinitions: [
    { name: 'web', image },
    { name: 'sidecar', image: image.replace('web:1', 'sidecar:1'), essential },
  ],
});

describe('a task of two containers', () => {
  test.each([
    ['runs on when a container that is not essential ends', false, 'RUNNING'],
    ['stops, the others by SIGTERM, when an essential one ends', true, 'STOPPED'],
  ])('%s', async (_what, essential, status) => {
    const world = ecsWorld();
    const image = world.push('web:1', { 'simulator.stop-code': '143' });
    world.push('sidecar:1', { 'simulator.exit-code': '4' });
    const { taskArn } = runTask(world, register(world, image, {}, sidecar(image, essential))).tasks[0];
    await world.seconds(60);
    const { lastStatus, containers } = world.task(taskArn);
    const codes = containers.map(({ exitCode }: { exitCode?: number }) => exitCode);
    expect([lastStatus, codes]).toEqual([status, [essential ? 143 : undefined, 4]]);
  });
});

test('a Spot task can be taken away', async () => {
  const world = ecsWorld();
  const { taskArn } = runTask(world, register(world, world.push('web:1'))).tasks[0];
  await world.seconds(30);
  world.ecs.interrupt(taskArn, 'SpotInterruption');
  await world.seconds(30);
  expect(world.task(taskArn)).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'SpotInterruption',
    stoppedReason: 'Your Spot Task was interrupted.',
  });
});

test('a network interface may not come in time', async () => {
  const world = ecsWorld();
  world.ecs.settings.startFailures.push(interfaceTimeout);
  const { taskArn } = runTask(world, register(world, world.push('web:1'))).tasks[0];
  await world.seconds(30);
  expect(world.task(taskArn)).toMatchObject({ stopCode: 'TaskFailedToStart', stoppedReason: interfaceTimeout });
});

describe('StopTask', () => {
  test.each([
    ['sends SIGTERM', {}, 0],
    ['kills what ignores it after stopTimeout', { 'simulator.ignores-sigterm': 'true' }, 137],
    ['keeps the code of a program that does not handle it', { 'simulator.stop-code': '143' }, 143],
  ])('%s', async (_what, labels, exitCode) => {
    const world = ecsWorld();
    const { taskArn } = runTask(world, register(world, world.push('web:1', labels), { stopTimeout: 5 })).tasks[0];
    await world.seconds(20);
    const answer = world.call('StopTask', { cluster: 'smartboard', task: taskArn });
    expect(answer.task).toMatchObject({ lastStatus: 'DEACTIVATING', desiredStatus: 'STOPPED' });
    await world.seconds(30);
    expect(world.task(taskArn)).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'Task stopped by user',
      containers: [{ exitCode }],
    });
  });

  test.each([0.1, 3.6, 5, 7])(
    '%d s after RunTask ends a task that is still starting, without exit code',
    async (delay) => {
      const world = ecsWorld();
      const { taskArn } = runTask(world, register(world, world.push('web:1'))).tasks[0];
      await world.seconds(delay);
      world.call('StopTask', { cluster: 'smartboard', task: taskArn });
      await world.seconds(60);
      expect(world.task(taskArn).lastStatus).toBe('STOPPED');
      expect(world.task(taskArn).startedAt).toBeUndefined();
    },
  );
});

describe('a task that cannot start says why', () => {
  const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:jwt-AbCdEf';
  test.each([
    ['image', { image: 'web:none' }, [], /^CannotPullContainerError: pull image manifest has been retried 5 time/],
    ['pull permission', {}, ['ecr:BatchGetImage'], /403 Forbidden/],
    ['registry permission', {}, ['ecr:GetAuthorizationToken'], /unable to retrieve ecr registry auth/],
    ['secret', secrets(secret), [], /unable to retrieve secret from asm: .*ResourceNotFoundException/],
    [
      'secret permission',
      secrets(secret),
      ['secretsmanager:GetSecretValue'],
      /AccessDeniedException: User: arn:aws:sts::/,
    ],
    ['parameter', secrets('/none'), [], /^ResourceInitializationError: .*invalid parameters: \/none/],
    [
      'parameter permission',
      secrets('/none'),
      ['ssm:GetParameters'],
      /parameter\/none because no identity-based policy/,
    ],
    [
      'log group',
      {
        logConfiguration: {
          ...log.logConfiguration,
          options: { ...log.logConfiguration.options, 'awslogs-group': '/none' },
        },
      },
      [],
      /^ResourceInitializationError: failed to validate logger args: .*The specified log group does not exist/,
    ],
  ])('missing %s', async (_what, container, denied, reason) => {
    const world = ecsWorld();
    const image = world.push('web:1');
    for (const action of denied) world.denied.add(action);
    const { taskArn } = runTask(world, register(world, image, container)).tasks[0];
    await world.seconds(60);
    const task = world.task(taskArn);
    expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
    expect(task.stoppedReason).toMatch(reason);
    expect(task.containers[0].exitCode).toBeUndefined();
    expect(task.startedAt).toBeUndefined();
  });
});

test('secrets and parameters reach the container, and no answer', async () => {
  const world = ecsWorld();
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:jwt-AbCdEf';
  world.secrets.set(arn, 'hidden');
  const { taskArn } = runTask(world, register(world, world.push('web:1'), { secrets: [{ name: 'J', valueFrom: arn }] }))
    .tasks[0];
  await world.seconds(20);
  expect(world.task(taskArn).lastStatus).toBe('RUNNING');
  expect(JSON.stringify(world.task(taskArn))).not.toContain('hidden');
});

describe('RunTask', () => {
  const token = { clientToken: 'run-1', startedBy: 'deploy/1' };

  test('with the same token gives the same task', () => {
    const world = ecsWorld();
    const arn = register(world, world.push('web:1'));
    const [first] = runTask(world, arn, token).tasks;
    expect(runTask(world, arn, token).tasks).toMatchObject([{ taskArn: first.taskArn }]);
    expect(() => runTask(world, arn, { ...token, count: 2 })).toThrow(
      expect.objectContaining({ code: 'ConflictException', members: { resourceIds: [first.taskArn] } }),
    );
  });

  test('answers with failures when Fargate has no capacity', () => {
    const world = ecsWorld();
    world.ecs.settings.placementFailures = 1;
    const answer = runTask(world, register(world, world.push('web:1')));
    expect(answer).toMatchObject({
      tasks: [],
      failures: [{ reason: expect.stringContaining('Capacity is unavailable') }],
    });
  });

  test.each([
    ['an unknown cluster', { cluster: 'none' }, 'ClusterNotFoundException'],
    ['an unknown definition', { taskDefinition: 'none:1' }, 'ClientException'],
    ['no network', { networkConfiguration: undefined }, 'InvalidParameterException'],
    ['an unknown container', { overrides: { containerOverrides: [{ name: 'api' }] } }, 'InvalidParameterException'],
    ['placement constraints', { placementConstraints: [{ type: 'distinctInstance' }] }, 'NotSimulatedException'],
    ['a role that does not exist', { taskDefinition: 'missing-role' }, 'ClientException'],
  ])('refuses %s', (_what, change, code) => {
    const world = ecsWorld();
    const image = world.push('web:1');
    register(world, image, {}, { family: 'missing-role', taskRoleArn: 'arn:aws:iam::111122223333:role/missing' });
    const arn = register(world, image);
    expect(() => runTask(world, arn, change)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ['eleven tasks', { count: 11 }],
    ['a startedBy of 129 characters', { startedBy: 'a'.repeat(129) }],
    ['propagateTags SERVICE', { propagateTags: 'SERVICE' }],
    ['a member AWS does not have', { colour: 'blue' }],
    ['too many overrides', { overrides: { containerOverrides: [{ name: 'web', command: ['x'.repeat(9000)] }] } }],
  ])('refuses %s by its shape', (_what, change) => {
    const world = ecsWorld();
    const arn = register(world, world.push('web:1'));
    expect(() => runTask(world, arn, change)).toThrow(expect.objectContaining({ name: 'ZodError' }));
  });

  test('refuses subnets and security groups the account does not have, once it has any', () => {
    const world = ecsWorld();
    const arn = register(world, world.push('web:1'));
    const subnet = world.make('AWS::EC2::Subnet', {}).ref;
    expect(() => runTask(world, arn)).toThrow("The subnet ID 'subnet-1' does not exist");
    world.make('AWS::EC2::SecurityGroup', {});
    const known = { awsvpcConfiguration: { ...network.awsvpcConfiguration, subnets: [subnet] } };
    expect(() => runTask(world, arn, { networkConfiguration: known })).toThrow(
      "The security group 'sg-1' does not exist",
    );
  });
});

describe('reading tasks', () => {
  test('may lag, and forgets stopped ones after an hour', async () => {
    const world = ecsWorld();
    world.ecs.settings.readLagSeconds = 2;
    const { taskArn } = runTask(world, register(world, world.push('web:1', { 'simulator.exit-code': '0' }))).tasks[0];
    const describe_ = () => world.call('DescribeTasks', { cluster: 'smartboard', tasks: [taskArn] });
    expect(describe_()).toEqual({ tasks: [], failures: [{ arn: taskArn, reason: 'MISSING' }] });
    await world.seconds(60);
    expect(describe_().tasks).toHaveLength(1);
    await world.seconds(3600);
    expect(describe_().failures).toHaveLength(1);
  });

  test('lists by what started them, and refuses a second filter', () => {
    const world = ecsWorld();
    const arn = register(world, world.push('web:1'));
    const { taskArn } = runTask(world, arn, { startedBy: 'deploy/1' }).tasks[0];
    runTask(world, arn);
    const list = (filter: object) => world.call('ListTasks', { cluster: 'smartboard', ...filter }).taskArns;
    expect(list({ startedBy: 'deploy/1' })).toEqual([taskArn]);
    expect(list({ desiredStatus: 'STOPPED' })).toEqual([]);
    expect(list({ family: 'web' })).toHaveLength(2);
    expect(() => list({ startedBy: 'deploy/1', family: 'web' })).toThrow('only filter');
  });

  test('pages', () => {
    const world = ecsWorld();
    runTask(world, register(world, world.push('web:1')), { count: 5 });
    const page = world.call('ListTasks', { cluster: 'smartboard', maxResults: 3 });
    const rest = world.call('ListTasks', { cluster: 'smartboard', maxResults: 3, nextToken: page.nextToken });
    expect([page.taskArns.length, rest.taskArns.length, rest.nextToken]).toEqual([3, 2, undefined]);
  });
});

test('calls beyond the published rates are refused until the bucket refills', async () => {
  const world = ecsWorld();
  const image = world.push('web:1');
  const registerOnce = () =>
    world.call('RegisterTaskDefinition', definition(image, {}, { executionRoleArn: executionRole }));
  for (let count = 0; count < 20; count++) registerOnce();
  expect(registerOnce).toThrow(expect.objectContaining({ code: 'ThrottlingException', message: 'Rate exceeded' }));
  await world.seconds(1);
  expect(registerOnce().taskDefinition.revision).toBe(21);
  world.ecs.settings.rateLimits = false;
  expect(registerOnce().taskDefinition.revision).toBe(22);
});
