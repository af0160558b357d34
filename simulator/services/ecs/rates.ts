import type { BucketOf } from '../rates.ts';

/** Token buckets per account and Region: burst, and refill a second (ECS developer guide, "request throttling"). */
const buckets = {
  clusterModify: [20, 1],
  clusterRead: [50, 20],
  definitionModify: [20, 1],
  definitionRead: [50, 20],
  definitionDelete: [5, 1],
  serviceModify: [50, 5],
  serviceRead: [100, 20],
  serviceDeploymentRead: [50, 20],
  serviceRevisionRead: [50, 20],
  resourceModify: [100, 40],
  resourceRead: [100, 20],
  tagsModify: [20, 10],
  tagsRead: [50, 20],
} as const satisfies Record<string, readonly [number, number]>;

type Bucket = keyof typeof buckets;

const bucketOf: Readonly<Record<string, Bucket>> = {
  CreateCluster: 'clusterModify',
  DescribeClusters: 'clusterRead',
  ListClusters: 'clusterRead',
  RegisterTaskDefinition: 'definitionModify',
  DeregisterTaskDefinition: 'definitionModify',
  DescribeTaskDefinition: 'definitionRead',
  ListTaskDefinitions: 'definitionRead',
  ListTaskDefinitionFamilies: 'definitionRead',
  DeleteTaskDefinitions: 'definitionDelete',
  CreateService: 'serviceModify',
  UpdateService: 'serviceModify',
  DeleteService: 'serviceModify',
  DescribeServices: 'serviceRead',
  ListServices: 'serviceRead',
  ListServiceDeployments: 'serviceDeploymentRead',
  DescribeServiceDeployments: 'serviceDeploymentRead',
  DescribeServiceRevisions: 'serviceRevisionRead',
  RunTask: 'resourceModify',
  StopTask: 'resourceModify',
  DescribeTasks: 'resourceRead',
  ListTasks: 'resourceRead',
  TagResource: 'tagsModify',
  UntagResource: 'tagsModify',
  ListTagsForResource: 'tagsRead',
};

/** The bucket of a call to ECS. */
export const ecsBucketOf: BucketOf = (operation) => {
  const name = bucketOf[operation];
  return name === undefined ? undefined : { name, bucket: buckets[name] };
};
