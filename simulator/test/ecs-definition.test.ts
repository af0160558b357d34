import { describe, expect, test } from '@jest/globals';
import { createWeb, definition, ecsWorld, register, registry } from './ecs-world.ts';

const image = `${registry}/web:1`;

test('adds the defaults that AWS adds', () => {
  const world = ecsWorld();
  const { taskDefinition } = world.call(
    'RegisterTaskDefinition',
    definition(image, { healthCheck: { command: ['CMD', 'true'] } }),
  );
  expect(taskDefinition).toMatchObject({
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1',
    revision: 1,
    status: 'ACTIVE',
    compatibilities: ['EC2', 'FARGATE'],
    volumes: [],
    placementConstraints: [],
    containerDefinitions: [
      {
        cpu: 0,
        essential: true,
        environment: [],
        mountPoints: [],
        volumesFrom: [],
        portMappings: [{ containerPort: 3000, hostPort: 3000, protocol: 'tcp' }],
        healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
      },
    ],
  });
  expect(taskDefinition.requiresAttributes.length).toBeGreaterThan(0);
});

test('every registration is a new revision, also of the same definition', () => {
  const world = ecsWorld();
  const revision = () => world.call('RegisterTaskDefinition', definition(image)).taskDefinition.revision;
  expect([revision(), revision()]).toEqual([1, 2]);
  world.call('DeregisterTaskDefinition', { taskDefinition: 'web:2' });
  world.call('DeleteTaskDefinitions', { taskDefinitions: ['web:2'] });
  expect(revision()).toBe(3);
});

describe('sizes of Fargate', () => {
  test.each([
    ['256', '512', '256', '512'],
    ['.25 vCPU', '0.5 GB', '256', '512'],
    ['1 vCPU', '2 GB', '1024', '2048'],
    ['4096', '30720', '4096', '30720'],
    ['16384', '122880', '16384', '122880'],
  ])('accepts %s with %s', (cpu, memory, storedCpu, storedMemory) => {
    const { taskDefinition } = ecsWorld().call('RegisterTaskDefinition', definition(image, {}, { cpu, memory }));
    expect(taskDefinition).toMatchObject({ cpu: storedCpu, memory: storedMemory });
  });

  test.each([
    ['123', '7'],
    ['256', '3072'],
    ['512', '5120'],
    ['8192', '18432'],
    ['a lot', '512'],
  ])('refuses %s with %s', (cpu, memory) => {
    expect(() => ecsWorld().call('RegisterTaskDefinition', definition(image, {}, { cpu, memory }))).toThrow(
      'No Fargate configuration exists for given values',
    );
  });
});

const registerWith = (valueFrom: string) => () =>
  ecsWorld().call('RegisterTaskDefinition', definition(image, { secrets: [{ name: 'S', valueFrom }] }));

describe('references to secrets and parameters', () => {
  const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:jwt-AbCdEf';
  const parameter = 'arn:aws:ssm:eu-west-1:111122223333:parameter/smartboard/jwt';
  test.each(['/smartboard/jwt', parameter, secret, `${secret}:key::`, `${secret}::AWSPREVIOUS:`])(
    '%s is one',
    (text) => {
      expect(registerWith(text)).not.toThrow();
    },
  );

  test.each(['', `${secret}:key`, `${secret}:key:AWSCURRENT:id`, 'arn:aws:s3:::bucket', 'two words'])(
    '"%s" is none',
    (text) => {
      expect(registerWith(text)).toThrow();
    },
  );
});

describe('refuses', () => {
  const secret = { secrets: [{ name: 'S', valueFrom: '/s' }] };
  const container = { name: 'web', image };
  test.each([
    ['bridge networking', {}, { networkMode: 'bridge' }, /awsvpc/],
    ['secrets without execution role', secret, { executionRoleArn: undefined }, /executionRoleArn/],
    ['an ECR image without execution role', {}, { executionRoleArn: undefined }, /execution role ARN to support ECR/],
    ['two containers of one name', {}, { containerDefinitions: [container, container] }, /unique/],
    ['no essential container', { essential: false }, {}, /essential/],
    [
      'eleven containers',
      {},
      { containerDefinitions: Array.from({ length: 11 }, (_, at) => ({ ...container, name: `c${at}` })) },
      /at most 10/,
    ],
    ['another host port', { portMappings: [{ containerPort: 1, hostPort: 2 }] }, {}, /must match/],
    ['a long stop', { stopTimeout: 121 }, {}, /stopTimeout/],
    [
      'an interval of 4 s',
      { healthCheck: { command: ['CMD', 'x'], interval: 4 } },
      {},
      /interval must be between 5 and 300/,
    ],
    ['a check without form', { healthCheck: { command: ['curl'] } }, {}, /CMD or CMD-SHELL/],
    [
      'awslogs without prefix',
      { logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'g', 'awslogs-region': 'r' } } },
      {},
      /awslogs-stream-prefix/,
    ],
    ['more than 64 KB', { environment: [{ name: 'A', value: 'x'.repeat(66_000) }] }, {}, /65536 bytes/],
    [
      'a secret named like a variable',
      { environment: [{ name: 'S', value: '' }], ...secret },
      {},
      /not shared with any new or existing environment variables set on the container, such as 'S'/,
    ],
    ['an unknown volume', { mountPoints: [{ sourceVolume: 'tmp', containerPath: '/tmp' }] }, {}, /Unknown volume/],
  ])('%s', (_what, changed, task, message) => {
    expect(() => ecsWorld().call('RegisterTaskDefinition', definition(image, changed, task))).toThrow(message);
  });

  test.each([
    ['a variable without value', { environment: [{ name: 'A' }] }],
    ['an unknown member', { colour: 'blue' }],
    ['a wrong type', { cpu: '0' }],
  ])('%s by its shape', (_what, changed) => {
    expect(() => ecsWorld().call('RegisterTaskDefinition', definition(image, changed))).toThrow(
      expect.objectContaining({ name: 'ZodError' }),
    );
  });

  test.each([
    ['dependsOn', { dependsOn: [{ containerName: 'x', condition: 'START' }] }],
    ['restartPolicy', { restartPolicy: { enabled: true } }],
  ])('loudly what it does not simulate: %s', (name, changed) => {
    expect(() => ecsWorld().call('RegisterTaskDefinition', definition(image, changed))).toThrow(
      expect.objectContaining({ code: 'NotSimulatedException', message: expect.stringContaining(name) }),
    );
  });
});

test('nulls and empty lists mean absent', () => {
  const answer = ecsWorld().call('RegisterTaskDefinition', definition(image, { dependsOn: [], command: null }));
  expect(answer.taskDefinition.containerDefinitions[0].command).toBeUndefined();
});

test('tags stand beside the definition, and only when asked for', () => {
  const world = ecsWorld();
  const tags = [{ key: 'release', value: '7' }];
  world.call('RegisterTaskDefinition', definition(image, {}, { tags }));
  expect(world.call('DescribeTaskDefinition', { taskDefinition: 'web', include: ['TAGS'] }).tags).toEqual(tags);
  expect(world.call('DescribeTaskDefinition', { taskDefinition: 'web' }).tags).toEqual([]);
});

test('a deregistered revision keeps running and scaling, but starts nothing new', async () => {
  const world = ecsWorld();
  const arn = register(world, world.push('web:1'));
  createWeb(world, arn);
  await world.seconds(60);
  const answer = world.call('DeregisterTaskDefinition', { taskDefinition: arn });
  expect(answer.taskDefinition).toMatchObject({ status: 'INACTIVE', deregisteredAt: expect.any(Number) });
  world.call('UpdateService', { cluster: 'smartboard', service: 'web', desiredCount: 2 });
  await world.seconds(60);
  expect(world.service('web').runningCount).toBe(2);
  expect(() => createWeb(world, arn, { serviceName: 'other' })).toThrow('TaskDefinition is inactive');
  const list = (status: string) =>
    world.call('ListTaskDefinitions', { familyPrefix: 'web', status }).taskDefinitionArns;
  expect([list('ACTIVE'), list('INACTIVE')]).toEqual([[], [arn]]);
});

test('lists the newest first when asked', () => {
  const world = ecsWorld();
  const arns = [1, 2, 3].map(
    () => world.call('RegisterTaskDefinition', definition(image)).taskDefinition.taskDefinitionArn,
  );
  const { taskDefinitionArns } = world.call('ListTaskDefinitions', {
    familyPrefix: 'web',
    sort: 'DESC',
    maxResults: 2,
  });
  expect(taskDefinitionArns).toEqual([arns[2], arns[1]]);
  expect(world.call('ListTaskDefinitionFamilies', { status: 'ACTIVE' }).families).toEqual(['web']);
});
