import type { Clock } from '../../clock.ts';
import { throttled } from './errors.ts';

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

/** Takes a token for each call, and refuses with "Rate exceeded" when the bucket is empty. */
export function rateLimiter(clock: Clock, isOn: () => boolean): (operation: string) => void {
  const levels = new Map<Bucket, { tokens: number; at: number }>();
  return (operation) => {
    const bucket = bucketOf[operation];
    if (bucket === undefined || !isOn()) return;
    const [burst, refill] = buckets[bucket];
    const now = clock.now();
    const level = levels.get(bucket) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, level.tokens + ((now - level.at) / 1000) * refill);
    levels.set(bucket, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    if (tokens < 1) throw throttled();
  };
}
