import type { Foundations } from './foundations.ts';
import { contradiction, doubt, type Remark, unread } from './remark.ts';
import type { Subject, TaskWishes } from './subject.ts';

const place = 'cluster';

/** The cluster is there, and offers the capacity that the services want. */
export function judgeCluster(
  { contract, subjects }: TaskWishes,
  { cluster }: Pick<Foundations, 'cluster'>,
): readonly Remark[] {
  const { name, capacityProviders } = contract.cluster;
  // What infra says counts where the cluster itself could not be asked.
  const offered = (cluster.kind === 'read' ? cluster.value?.capacityProviders : undefined) ?? capacityProviders;
  return [
    ...unread(cluster, { what: `Cluster ${name}`, permission: 'ecs:DescribeClusters', place }),
    ...(cluster.kind === 'read' ? judgeStatus(name, cluster.value?.status ?? 'not there') : []),
    ...subjects.filter(({ isOwn, capacity }) => isOwn && !offered.includes(capacity)).map(notOffered),
  ];
}

function judgeStatus(name: string, status: string): readonly Remark[] {
  if (status === 'ACTIVE') return [];
  return [
    contradiction('E_STATE', {
      message: `The cluster ${name} is ${status}.`,
      remedy: 'Run the infra job, or correct the name that it publishes.',
      place,
    }),
  ];
}

/** RunTask takes Fargate by launch type, which every cluster has: there it is the service that comes after that lacks it. */
function notOffered({ kind, name, capacity }: Subject): Remark {
  const words = {
    message: `The cluster does not offer ${capacity}.`,
    remedy: capacity === 'FARGATE_SPOT' ? 'Add it to the cluster, or set `spot: false`.' : 'Add it to the cluster.',
    place: name,
  };
  return kind === 'service' ? contradiction('E_STATE', words) : doubt('E_STATE', words);
}
