import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchLogsClient, FilterLogEventsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  TagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  DeleteParametersCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import type { Authorization, ConditionValues } from '../authorization.ts';
import { simulateAws } from '../aws.ts';
import type { ServiceModule } from '../operation.ts';
import { createServices } from '../services/index.ts';
import { reference } from '../services/iam/reference/index.ts';
import { inProcessHandler } from '../transport/in-process.ts';
import { ask, jobRole } from './account.ts';

const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' };

/** Clients of a role that may do everything, and what IAM was asked about a call. The call itself may fail. */
async function judged() {
  const cloud = simulateAws();
  await cloud.provision([jobRole('*', [allowAll])]);
  const session = cloud.iam.sessionFor('arn:aws:iam::111122223333:role/deploy', 'job');
  const credentials = {
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    sessionToken: session.Token,
  };
  const requestHandler = inProcessHandler(cloud) as never;
  const configuration = { region: 'eu-west-1', credentials, maxAttempts: 1, requestHandler };
  const asked = async (call: Promise<unknown>) => {
    const before = cloud.iam.authorizations().length;
    await call.catch(() => undefined);
    return cloud.iam.authorizations().slice(before).map(question);
  };
  return { cloud, configuration, asked };
}

type Question = readonly [action: string, resource: string, conditions: ConditionValues];
const question = ({ action, resource, conditions }: Authorization): Question => [action, resource, conditions];

const regional = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`;
const ecs = (resource: string) => regional('ecs', resource);
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const onCluster = { 'ecs:cluster': ecs('cluster/prod') };
const toTasks = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };
const network = {
  awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' as const },
};
const definition = {
  family: 'prod-web',
  requiresCompatibilities: ['FARGATE' as const],
  networkMode: 'awsvpc' as const,
  cpu: '256',
  memory: '512',
  taskRoleArn: role('web-task'),
  executionRoleArn: role('web-execution'),
  containerDefinitions: [{ name: 'web', image: 'x' }],
};

describe('what IAM is asked about a call to ECS', () => {
  const cases: [string, (client: ECSClient) => Promise<unknown>, Question[]][] = [
    [
      'RegisterTaskDefinition passes both roles and tags what it makes',
      (client) =>
        client.send(new RegisterTaskDefinitionCommand({ ...definition, tags: [{ key: 'slipway', value: '1' }] })),
      [
        [
          'ecs:RegisterTaskDefinition',
          ecs('task-definition/prod-web:*'),
          {
            'aws:RequestTag/slipway': '1',
            'aws:TagKeys': ['slipway'],
            'ecs:compute-compatibility': ['FARGATE'],
            'ecs:privileged': 'false',
            'ecs:task-cpu': '256',
            'ecs:task-memory': '512',
          },
        ],
        ['iam:PassRole', role('web-task'), toTasks],
        ['iam:PassRole', role('web-execution'), toTasks],
        [
          'ecs:TagResource',
          ecs('task-definition/prod-web:*'),
          {
            'aws:RequestTag/slipway': '1',
            'aws:TagKeys': ['slipway'],
            'ecs:CreateAction': 'RegisterTaskDefinition',
          },
        ],
      ],
    ],
    [
      'CreateService says what it has, but not its cluster',
      (client) =>
        client.send(
          new CreateServiceCommand({
            cluster: 'prod',
            serviceName: 'web',
            taskDefinition: 'prod-web:1',
            networkConfiguration: network,
            capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }],
            enableExecuteCommand: false,
            enableECSManagedTags: true,
            propagateTags: 'SERVICE',
            tags: [{ key: 'slipway', value: '1' }],
          }),
        ),
      [
        [
          'ecs:CreateService',
          ecs('service/prod/web'),
          {
            'aws:RequestTag/slipway': '1',
            'aws:TagKeys': ['slipway'],
            'ecs:auto-assign-public-ip': 'false',
            'ecs:capacity-provider': [ecs('capacity-provider/FARGATE_SPOT')],
            'ecs:enable-ecs-managed-tags': 'true',
            'ecs:enable-execute-command': 'false',
            'ecs:propagate-tags': 'SERVICE',
            'ecs:subnet': ['subnet-1'],
          },
        ],
        [
          'ecs:TagResource',
          ecs('service/prod/web'),
          { 'aws:RequestTag/slipway': '1', 'aws:TagKeys': ['slipway'], 'ecs:CreateAction': 'CreateService' },
        ],
      ],
    ],
    [
      'UpdateService says only what it changes',
      (client) => client.send(new UpdateServiceCommand({ cluster: 'prod', service: 'web', desiredCount: 2 })),
      [['ecs:UpdateService', ecs('service/prod/web'), {}]],
    ],
    [
      'UpdateService passes the role by which ECS shifts traffic',
      (client) =>
        client.send(
          new UpdateServiceCommand({
            cluster: 'prod',
            service: 'web',
            loadBalancers: [
              {
                targetGroupArn: 'blue',
                containerName: 'web',
                containerPort: 80,
                advancedConfiguration: {
                  alternateTargetGroupArn: 'green',
                  productionListenerRule: 'rule',
                  roleArn: role('traffic'),
                },
              },
            ],
          }),
        ),
      [
        ['ecs:UpdateService', ecs('service/prod/web'), {}],
        ['iam:PassRole', role('traffic'), { 'iam:PassedToService': 'ecs.amazonaws.com' }],
      ],
    ],
    [
      'DescribeServices is asked for each service',
      (client) => client.send(new DescribeServicesCommand({ cluster: 'prod', services: ['web', 'api'] })),
      [
        ['ecs:DescribeServices', ecs('service/prod/web'), onCluster],
        ['ecs:DescribeServices', ecs('service/prod/api'), onCluster],
      ],
    ],
    [
      'DescribeServiceDeployments is asked for the service, too',
      (client) =>
        client.send(
          new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [ecs('service-deployment/prod/web/abc')] }),
        ),
      [
        ['ecs:DescribeServiceDeployments', ecs('service/prod/web'), {}],
        ['ecs:DescribeServiceDeployments', ecs('service-deployment/prod/web/abc'), {}],
      ],
    ],
    [
      'RunTask without a revision has none in its resource',
      (client) =>
        client.send(
          new RunTaskCommand({
            cluster: 'prod',
            taskDefinition: 'prod-web',
            enableExecuteCommand: true,
            tags: [{ key: 'run', value: '7' }],
          }),
        ),
      [
        [
          'ecs:RunTask',
          ecs('task-definition/prod-web'),
          { 'aws:RequestTag/run': '7', 'aws:TagKeys': ['run'], 'ecs:enable-execute-command': 'true', ...onCluster },
        ],
        [
          'ecs:TagResource',
          ecs('task/prod/*'),
          { 'aws:RequestTag/run': '7', 'aws:TagKeys': ['run'], 'ecs:CreateAction': 'RunTask' },
        ],
      ],
    ],
    [
      'ListTasks is asked for container instances, although there are none',
      (client) => client.send(new ListTasksCommand({ cluster: 'prod' })),
      [['ecs:ListTasks', ecs('container-instance/prod/*'), onCluster]],
    ],
    [
      'StopTask',
      (client) => client.send(new StopTaskCommand({ cluster: 'prod', task: 'abc' })),
      [['ecs:StopTask', ecs('task/prod/abc'), onCluster]],
    ],
    [
      'TagResource of what is there has no CreateAction',
      (client) =>
        client.send(new TagResourceCommand({ resourceArn: ecs('service/prod/web'), tags: [{ key: 'a', value: 'b' }] })),
      [['ecs:TagResource', ecs('service/prod/web'), { 'aws:RequestTag/a': 'b', 'aws:TagKeys': ['a'] }]],
    ],
  ];
  test.each(cases)('%s', async (_title, call, expected) => {
    const { configuration, asked } = await judged();
    expect(await asked(call(new ECSClient(configuration)))).toEqual(expected);
  });

  test('RunTask passes the roles of its definition, or those that it brings instead', async () => {
    const { configuration, asked } = await judged();
    const client = new ECSClient(configuration);
    const containerDefinitions = [{ name: 'web', image: 'x', memory: 512 }];
    await client.send(new RegisterTaskDefinitionCommand({ ...definition, containerDefinitions }));
    const run = (overrides = {}) => asked(client.send(new RunTaskCommand({ taskDefinition: 'prod-web:1', overrides })));
    const passed = (questions: Question[]) =>
      questions.filter(([action]) => action === 'iam:PassRole').map(([, resource]) => resource);
    expect(passed(await run())).toEqual([role('web-task'), role('web-execution')]);
    expect(passed(await run({ taskRoleArn: role('other') }))).toEqual([role('other')]);
  });
});

type Configuration = Awaited<ReturnType<typeof judged>>['configuration'];

describe('what IAM is asked about a call to another service', () => {
  const secret = (name: string) => regional('secretsmanager', `secret:${name}`);
  const ofSecret = (id: string) => ({
    'secretsmanager:SecretId': id,
    'secretsmanager:SecretPrimaryRegion': 'eu-west-1',
  });
  const group = regional('logs', 'log-group:/app:log-stream:');
  const target = {
    ServiceNamespace: 'ecs' as const,
    ResourceId: 'service/prod/web',
    ScalableDimension: 'ecs:service:DesiredCount' as const,
  };
  const cases: [string, (configuration: Configuration) => Promise<unknown>, Question[]][] = [
    [
      'PutParameter with tags',
      (it) =>
        new SSMClient(it).send(
          new PutParameterCommand({ Name: '/a/b', Value: 'x', Type: 'String', Tags: [{ Key: 'k', Value: 'v' }] }),
        ),
      [
        [
          'ssm:PutParameter',
          regional('ssm', 'parameter/a/b'),
          { 'aws:RequestTag/k': 'v', 'aws:TagKeys': ['k'], 'ssm:Overwrite': 'false' },
        ],
        ['ssm:AddTagsToResource', regional('ssm', 'parameter/a/b'), { 'aws:RequestTag/k': 'v', 'aws:TagKeys': ['k'] }],
      ],
    ],
    [
      'GetParametersByPath: the path itself',
      (it) => new SSMClient(it).send(new GetParametersByPathCommand({ Path: '/a/b/', Recursive: true })),
      [['ssm:GetParametersByPath', regional('ssm', 'parameter/a/b'), { 'ssm:Recursive': 'true' }]],
    ],
    [
      'DeleteParameters: each',
      (it) => new SSMClient(it).send(new DeleteParametersCommand({ Names: ['/a', 'b'] })),
      [
        ['ssm:DeleteParameters', regional('ssm', 'parameter/a'), {}],
        ['ssm:DeleteParameters', regional('ssm', 'parameter/b'), {}],
      ],
    ],
    [
      'CreateSecret with tags',
      (it) =>
        new SecretsManagerClient(it).send(
          new CreateSecretCommand({
            Name: 'app/x',
            Description: 'd',
            SecretString: 's',
            Tags: [{ Key: 'k', Value: 'v' }],
          }),
        ),
      [
        [
          'secretsmanager:CreateSecret',
          secret('app/x'),
          {
            'aws:RequestTag/k': 'v',
            'aws:TagKeys': ['k'],
            'secretsmanager:Name': 'app/x',
            'secretsmanager:Description': 'd',
          },
        ],
        ['secretsmanager:TagResource', secret('app/x'), { 'aws:RequestTag/k': 'v', 'aws:TagKeys': ['k'] }],
      ],
    ],
    [
      'BatchGetSecretValue: itself, then each secret',
      (it) => new SecretsManagerClient(it).send(new BatchGetSecretValueCommand({ SecretIdList: ['app/x', 'app/y'] })),
      [
        ['secretsmanager:BatchGetSecretValue', '*', {}],
        ['secretsmanager:GetSecretValue', secret('app/x'), ofSecret('app/x')],
        ['secretsmanager:GetSecretValue', secret('app/y'), ofSecret('app/y')],
      ],
    ],
    [
      'GetSecretValue of a stage',
      (it) =>
        new SecretsManagerClient(it).send(
          new GetSecretValueCommand({ SecretId: 'app/x', VersionStage: 'AWSPREVIOUS' }),
        ),
      [
        [
          'secretsmanager:GetSecretValue',
          secret('app/x'),
          { ...ofSecret('app/x'), 'secretsmanager:VersionStage': 'AWSPREVIOUS' },
        ],
      ],
    ],
    [
      'DeleteSecret',
      (it) =>
        new SecretsManagerClient(it).send(new DeleteSecretCommand({ SecretId: 'app/x', RecoveryWindowInDays: 7 })),
      [
        [
          'secretsmanager:DeleteSecret',
          secret('app/x'),
          {
            ...ofSecret('app/x'),
            'secretsmanager:RecoveryWindowInDays': '7',
            'secretsmanager:ForceDeleteWithoutRecovery': 'false',
          },
        ],
      ],
    ],
    [
      'GetLogEvents: the stream',
      (it) =>
        new CloudWatchLogsClient(it).send(new GetLogEventsCommand({ logGroupName: '/app', logStreamName: 'web/1' })),
      [['logs:GetLogEvents', `${group}web/1`, {}]],
    ],
    [
      'FilterLogEvents: the group, as policies name it',
      (it) => new CloudWatchLogsClient(it).send(new FilterLogEventsCommand({ logGroupName: '/app' })),
      [['logs:FilterLogEvents', group, {}]],
    ],
    [
      'GetAuthorizationToken',
      (it) => new ECRClient(it).send(new GetAuthorizationTokenCommand({})),
      [['ecr:GetAuthorizationToken', '*', {}]],
    ],
    [
      'BatchGetImage',
      (it) =>
        new ECRClient(it).send(new BatchGetImageCommand({ repositoryName: 'web', imageIds: [{ imageTag: 'a' }] })),
      [['ecr:BatchGetImage', regional('ecr', 'repository/web'), {}]],
    ],
    [
      'CreateRepository with tags',
      (it) =>
        new ECRClient(it).send(
          new CreateRepositoryCommand({ repositoryName: 'web', tags: [{ Key: 'k', Value: 'v' }] }),
        ),
      ['CreateRepository', 'TagResource'].map((action) => [
        `ecr:${action}`,
        regional('ecr', 'repository/web'),
        { 'aws:RequestTag/k': 'v', 'aws:TagKeys': ['k'] },
      ]),
    ],
    [
      'RegisterScalableTarget of the first target: any target, and what AWS will do in the caller’s name',
      (it) =>
        new ApplicationAutoScalingClient(it).send(
          new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 2 }),
        ),
      [
        [
          'application-autoscaling:RegisterScalableTarget',
          regional('application-autoscaling', 'scalable-target/*'),
          {
            'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
            'application-autoscaling:service-namespace': 'ecs',
          },
        ],
        ['ecs:DescribeServices', ecs('service/prod/web'), onCluster],
        ['ecs:UpdateService', ecs('service/prod/web'), {}],
      ],
    ],
    [
      'DescribeScalableTargets',
      (it) =>
        new ApplicationAutoScalingClient(it).send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' })),
      [['application-autoscaling:DescribeScalableTargets', '*', {}]],
    ],
    [
      'DescribeSubnets',
      (it) => new EC2Client(it).send(new DescribeSubnetsCommand({})),
      [['ec2:DescribeSubnets', '*', { 'ec2:Region': 'eu-west-1' }]],
    ],
    [
      'GetRole',
      (it) => new IAMClient(it).send(new GetRoleCommand({ RoleName: 'x' })),
      [['iam:GetRole', role('x'), {}]],
    ],
    [
      'GetCallerIdentity, which nobody can be denied',
      (it) => new STSClient(it).send(new GetCallerIdentityCommand({})),
      [['sts:GetCallerIdentity', '*', {}]],
    ],
  ];
  test.each(cases)('%s', async (_title, call, expected) => {
    const { configuration, asked } = await judged();
    expect(await asked(call(configuration))).toEqual(expected);
  });
});

test('every operation that the simulator answers is in the authorization reference, but for what only provisioning calls', () => {
  const parts: readonly unknown[] = Object.values(createServices(simulateAws(), { trustsGithub: true }));
  const services = parts.flatMap((part) => (part as Partial<ServiceModule<unknown>>).services ?? []);
  const missing = services.flatMap(({ name, operations }) =>
    Object.keys(operations)
      .filter((operation) => !(operation in (reference[name] ?? {})))
      .map(() => name),
  );
  expect([...new Set(missing)].sort()).toEqual(['cloudformation', 'rds']);
});

test('equal questions are one entry, which says how often, who asked and for what', async () => {
  const { cloud, configuration } = await judged();
  const client = new SSMClient(configuration);
  const path = new GetParametersByPathCommand({ Path: '/a' });
  await client.send(path);
  await client.send(path);
  const { json } = await ask(cloud, '/_simulator/authorizations');
  expect(json).toEqual([
    {
      principal: 'arn:aws:sts::111122223333:assumed-role/deploy/job',
      cause: 'ssm:GetParametersByPath',
      action: 'ssm:GetParametersByPath',
      resource: regional('ssm', 'parameter/a'),
      conditions: { 'ssm:Recursive': 'false' },
      verdict: 'allowed',
      times: 2,
    },
  ]);
});
