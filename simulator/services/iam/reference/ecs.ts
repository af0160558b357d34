import { alike, onEverything, tagging, type ActionTable } from './action.ts';

const ofService = [
  'ecs:auto-assign-public-ip',
  'ecs:capacity-provider',
  'ecs:enable-ecs-managed-tags',
  'ecs:enable-execute-command',
  'ecs:propagate-tags',
  'ecs:subnet',
  'ecs:task-cpu',
  'ecs:task-definition',
  'ecs:task-memory',
];

/**
 * docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html. Where it gives
 * `ecs:cluster` only for the resource and not for the action (CreateService, UpdateService and all that concerns
 * service deployments), the key is taken to be absent: earlier editions did not have it there, and a policy must not
 * depend on it, as the ARN already names the cluster.
 */
export const ecs: ActionTable = {
  ...alike(['CreateService'], { on: ['service/'], keys: [...tagging, ...ofService] }),
  ...alike(['UpdateService'], { on: ['service/'], keys: ofService }),
  ...alike(['DeleteService', 'DescribeServices'], { on: ['service/'], keys: ['ecs:cluster'] }),
  ...alike(['ListServices'], { on: [], keys: ['ecs:cluster'] }),
  ...alike(['ListServiceDeployments'], { on: ['service/'], keys: [] }),
  ...alike(['DescribeServiceDeployments', 'StopServiceDeployment', 'ContinueServiceDeployment'], {
    on: ['service/', 'service-deployment/'],
    keys: [],
  }),
  ...alike(['DescribeServiceRevisions'], { on: ['service/', 'service-revision/'], keys: [] }),
  ...alike(['RunTask'], {
    on: ['task-definition/'],
    keys: [
      ...tagging,
      'ecs:capacity-provider',
      'ecs:cluster',
      'ecs:enable-execute-command',
      'ecs:task-cpu',
      'ecs:task-memory',
    ],
  }),
  ...alike(['StopTask', 'DescribeTasks'], { on: ['task/'], keys: ['ecs:cluster'] }),
  // Of tasks, too: with Fargate there are no container instances, and none of these ARNs is that of the cluster.
  ...alike(['ListTasks'], { on: ['container-instance/'], keys: ['ecs:cluster'] }),
  ...alike(['RegisterTaskDefinition'], {
    on: ['task-definition/'],
    keys: [...tagging, 'ecs:compute-compatibility', 'ecs:privileged', 'ecs:task-cpu', 'ecs:task-memory'],
  }),
  ...alike(['DeleteTaskDefinitions'], { on: ['task-definition/'], keys: [] }),
  ...alike(
    [
      'DeregisterTaskDefinition',
      'DescribeTaskDefinition',
      'ListTaskDefinitions',
      'ListTaskDefinitionFamilies',
      'ListClusters',
    ],
    onEverything,
  ),
  ...alike(['CreateCluster'], { on: ['cluster/'], keys: [...tagging, 'ecs:capacity-provider'] }),
  ...alike(['DescribeClusters'], { on: ['cluster/'], keys: [] }),
  ...alike(['TagResource'], {
    on: ['cluster/', 'service/', 'task/', 'task-definition/'],
    keys: [...tagging, 'ecs:CreateAction'],
  }),
  ...alike(['UntagResource'], { on: ['cluster/', 'service/', 'task/', 'task-definition/'], keys: ['aws:TagKeys'] }),
  ...alike(['ListTagsForResource'], { on: ['cluster/', 'service/', 'task/', 'task-definition/'], keys: [] }),
};
