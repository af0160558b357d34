import {
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from '@jest/globals';
import { virtualClock } from '../clock.ts';
import { inProcessHandler } from '../transport/in-process.ts';
import { account, errorOf, root } from './account.ts';
import { definition, executionRole, network, registry } from './ecs-world.ts';
import { registryClient } from './image.ts';

const executionPolicy = [
  { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: '*' },
  { Effect: 'Allow', Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], Resource: '*' },
  { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' },
  { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'ssm:GetParameters'], Resource: '*' },
];

const resources = [
  {
    id: 'Role',
    type: 'AWS::IAM::Role' as const,
    properties: {
      RoleName: 'execution',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'pull', PolicyDocument: { Version: '2012-10-17', Statement: executionPolicy } }],
    },
  },
  { id: 'Repository', type: 'AWS::ECR::Repository' as const, properties: { RepositoryName: 'web' } },
  { id: 'Cluster', type: 'AWS::ECS::Cluster' as const, properties: { ClusterName: 'smartboard' } },
  { id: 'Logs', type: 'AWS::Logs::LogGroup' as const, properties: { LogGroupName: '/smartboard/web' } },
];

const cluster = 'smartboard';
const logging = {
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': '/smartboard/web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'web' },
  },
};

/** The whole account with the real SDK in front of it, one image pushed through the registry. */
async function smartboard() {
  const clock = virtualClock();
  const { cloud, ecr, logs } = account({ clock });
  await cloud.provision(resources);
  const ecs = new ECSClient({
    region: 'eu-west-1',
    credentials: root,
    maxAttempts: 1,
    requestHandler: inProcessHandler(cloud) as never,
  });
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const { pushImage } = await registryClient(cloud, authorizationData![0]!.authorizationToken!);
  const { digest } = await pushImage('web', '1', {
    config: { Cmd: ['node', 'index.js'], Labels: { 'simulator.command.log': 'migrated' } },
  });
  const image = `${registry}/web@${digest}`;
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand(definition(image, logging, { executionRoleArn: executionRole }) as never),
  );
  const seconds = (count: number) => clock.advance(count * 1000);
  return { cloud, ecs, logs, seconds, digest, taskDefinition: taskDefinition!.taskDefinitionArn! };
}

test('the real SDK runs a migration, reads its log, and rolls out a service by digest', async () => {
  const { ecs, logs, seconds, digest, taskDefinition } = await smartboard();
  const { tasks } = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition,
      networkConfiguration: network,
      overrides: { containerOverrides: [{ name: 'web', command: ['node', 'migrate.js'] }] },
    }),
  );
  const taskArn = tasks![0]!.taskArn!;
  expect(tasks![0]!.createdAt).toBeInstanceOf(Date);
  await seconds(60);
  const described = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
  expect(described.tasks![0]).toMatchObject({
    lastStatus: 'STOPPED',
    containers: [{ exitCode: 0, imageDigest: digest }],
  });
  const logStreamName = `web/web/${taskArn.split('/').at(-1)}`;
  const { events } = await logs.send(new GetLogEventsCommand({ logGroupName: '/smartboard/web', logStreamName }));
  expect(events!.map(({ message }) => message)).toEqual(['migrated']);

  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: 'web',
      taskDefinition,
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: network,
    }),
  );
  await seconds(90);
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['web'] }));
  expect(services![0]!.deployments).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 2 }]);

  const { service } = await ecs.send(new UpdateServiceCommand({ cluster, service: 'web', forceNewDeployment: true }));
  await seconds(120);
  const listed = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service: 'web' }));
  const arn = listed.serviceDeployments![0]!.serviceDeploymentArn!;
  expect(arn).toBe(service!.currentServiceDeployment);
  const { serviceDeployments } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  expect(serviceDeployments![0]!.status).toBe('SUCCESSFUL');
  const { serviceRevisions } = await ecs.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: [serviceDeployments![0]!.targetServiceRevision!.arn!] }),
  );
  expect(serviceRevisions![0]).toMatchObject({ taskDefinition, containerImages: [{ imageDigest: digest }] });
  expect((await ecs.send(new ListTasksCommand({ cluster, serviceName: 'web' }))).taskArns).toHaveLength(2);
});

test('errors arrive under the names AWS gives them', async () => {
  const { ecs, taskDefinition } = await smartboard();
  const update = (change: object) =>
    errorOf(ecs.send(new UpdateServiceCommand({ cluster, service: 'web', ...change })));
  expect(await update({})).toMatchObject({ name: 'ServiceNotFoundException', message: 'Service not found.' });
  expect(await update({ cluster: 'none' })).toMatchObject({ name: 'ClusterNotFoundException' });
  expect(await update({ desiredCount: -1 })).toMatchObject({ name: 'InvalidParameterException' });
  const run = (change: object) =>
    errorOf(ecs.send(new RunTaskCommand({ cluster, taskDefinition, networkConfiguration: network, ...change })));
  expect(await run({ taskDefinition: 'none' })).toMatchObject({
    name: 'ClientException',
    $metadata: { httpStatusCode: 400 },
  });
  expect(await run({ launchType: 'EC2' })).toMatchObject({ name: 'InvalidParameterException' });
});
