import { clusterFinding } from '../deploy/cluster-scope.ts';
import { capacityProvider } from '../deploy/settings.ts';
import type { Foundations } from './foundations.ts';
import { contradiction, type Remark, unread } from './remark.ts';
import type { VerifyWishes } from './wishes.ts';

const place = 'cluster';

/** The cluster is the one that is meant, is there, and offers the capacity that the services want. */
export function judgeCluster(wishes: VerifyWishes, { cluster }: Pick<Foundations, 'cluster'>): readonly Remark[] {
  const { name } = wishes.contract.cluster;
  return [
    ...judgeInput(wishes),
    ...unread(cluster, { what: `Cluster ${name}`, permission: 'ecs:DescribeClusters', place }),
    ...(cluster.kind === 'read' ? judgeStatus(name, cluster.value?.status ?? 'not there') : []),
    ...judgeCapacity(wishes, cluster.kind === 'read' ? cluster.value?.capacityProviders : undefined),
  ];
}

function judgeInput({ cluster, contract, manifest }: VerifyWishes): readonly Remark[] {
  const finding = clusterFinding(cluster, contract, manifest.environment);
  return finding === undefined ? [] : [contradiction(finding.code, { ...finding, place })];
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

/** What infra says counts where the cluster itself could not be asked. */
function judgeCapacity(
  { services, contract }: VerifyWishes,
  offered: readonly string[] = contract.cluster.capacityProviders,
): readonly Remark[] {
  return services
    .filter(({ isOwn, wanted }) => isOwn && !offered.includes(capacityProvider(wanted.service)))
    .map(({ name, wanted: { service } }) =>
      contradiction('E_STATE', {
        message: `The cluster does not offer ${capacityProvider(service)}.`,
        remedy: service.spot ? 'Add it to the cluster, or set `spot: false`.' : 'Add it to the cluster.',
        place: name,
      }),
    );
}
