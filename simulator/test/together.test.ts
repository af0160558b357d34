import { expect, test } from '@jest/globals';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { DescribeTasksCommand, ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import type { VirtualClock } from '../clock.ts';
import type { Resource } from '../cloud.ts';
import { account, root } from './account.ts';
import { registryClient } from './image.ts';
import { inProcessHandler } from '../transport/in-process.ts';

const repository = 'smartboard/migrator';
const executionRole = 'arn:aws:iam::111122223333:role/execution';

const role: Resource = {
  id: 'Execution',
  type: 'AWS::IAM::Role',
  properties: {
    RoleName: 'execution',
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy'],
    Policies: [
      {
        PolicyName: 'secrets',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
        },
      },
    ],
  },
};

async function world() {
  const { cloud, ecr, logs } = account();
  const made = await cloud.provision([
    role,
    { id: 'Subnet', type: 'AWS::EC2::Subnet', properties: {} },
    { id: 'Cluster', type: 'AWS::ECS::Cluster', properties: { ClusterName: 'prod' } },
    { id: 'Images', type: 'AWS::ECR::Repository', properties: { RepositoryName: repository } },
    { id: 'Logs', type: 'AWS::Logs::LogGroup', properties: { LogGroupName: '/smartboard/prod' } },
    { id: 'Url', type: 'AWS::SecretsManager::Secret', properties: { Name: 'url', SecretString: 'postgres://' } },
  ]);
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const registry = await registryClient(cloud, authorizationData![0]!.authorizationToken!);
  const requestHandler = inProcessHandler(cloud) as never;
  const ecs = new ECSClient({ region: 'eu-west-1', credentials: root, requestHandler, maxAttempts: 1 });
  return { cloud, logs, ecs, registry, made, clock: cloud.clock as VirtualClock };
}

test('a pushed image runs as a task with its secret, leaves its log and its exit code', async () => {
  const { ecs, logs, registry, made, clock } = await world();
  const config = {
    Cmd: ['node', 'migrate.js'],
    Labels: { 'simulator.runs-for': '3', 'simulator.exit-code': '0', 'simulator.log': 'migrated' },
  };
  const { digest } = await registry.pushImage(repository, 'abc', { config });
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'migrate',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: executionRole,
      containerDefinitions: [
        {
          name: 'migrate',
          image: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/${repository}@${digest}`,
          secrets: [{ name: 'DATABASE_URL', valueFrom: made['Url']!.ref }],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/smartboard/prod',
              'awslogs-region': 'eu-west-1',
              'awslogs-stream-prefix': 'migrate',
            },
          },
        },
      ],
    }),
  );
  const { tasks } = await ecs.send(
    new RunTaskCommand({
      cluster: 'prod',
      taskDefinition: 'migrate',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: [made['Subnet']!.ref] } },
    }),
  );
  await clock.advance(120_000);
  const taskArn = tasks![0]!.taskArn!;
  const after = await ecs.send(new DescribeTasksCommand({ cluster: 'prod', tasks: [taskArn] }));
  expect(after.tasks![0]).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    containers: [{ exitCode: 0, imageDigest: digest }],
  });
  const logStreamName = `migrate/migrate/${taskArn.split('/').at(-1)}`;
  const { events } = await logs.send(
    new GetLogEventsCommand({ logGroupName: '/smartboard/prod', logStreamName, startFromHead: true }),
  );
  expect(events!.map(({ message }) => message)).toContain('migrated');
});
