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
import { describe, expect, test } from '@jest/globals';
import { ecs, judged, onCluster, type Question, role, toTasks } from './questions.ts';

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
    expect(passed(await run())).toEqual([role('web-task'), role('web-execution')]);
    expect(passed(await run({ taskRoleArn: role('other') }))).toEqual([role('other')]);
  });
});

function passed(questions: readonly Question[]): readonly string[] {
  return questions.filter(([action]) => action === 'iam:PassRole').map(([, resource]) => resource);
}
