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
import { simulateAws } from '../aws.ts';
import type { ServiceModule } from '../operation.ts';
import { reference } from '../services/iam/reference/index.ts';
import { createServices } from '../services/index.ts';
import { ask } from './account.ts';
import { type Configuration, ecs, judged, onCluster, type Question, regional, role } from './questions.ts';

const secret = (name: string) => regional('secretsmanager', `secret:${name}`);
const ofSecret = (id: string) => ({
  'secretsmanager:SecretId': id,
  'secretsmanager:SecretPrimaryRegion': 'eu-west-1',
});

describe('what IAM is asked about a call to another service', () => {
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
