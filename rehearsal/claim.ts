import { clusterName, ecsServiceName, type Whereabouts } from '../lib/core/names.ts';
import type { ServiceReport } from '../lib/core/release.ts';
import type { ReleaseOutcome } from './outcome.ts';
import type { ServiceTruth } from './simulated-aws.ts';

/**
 * What the actions said, as the simulator's judge is asked it, and what must be so if it is true: after a success the
 * digests that build-push handed on run, and after anything taken back or refused those that ran before. A service may
 * therefore be claimed twice, and each claim has to hold.
 */
export type Claim = {
  readonly verdict: string;
  readonly services: readonly ClaimedService[];
  readonly migrations: readonly { readonly taskArn: string; readonly exitCode: number | undefined }[];
};

type ClaimedService = {
  readonly cluster: string;
  readonly name: string;
  readonly digest: string | undefined;
  readonly taskDefinition?: string;
  readonly deploymentId?: string | undefined;
  readonly rolloutState?: string | undefined;
  readonly running?: number;
  readonly desired?: number;
  readonly absent?: true;
};

export type Basis = {
  readonly scope: Whereabouts;
  /** What ran before the release that was refused, taken back or left. */
  readonly before: readonly ServiceTruth[];
};

export function claimOf(outcome: ReleaseOutcome, { scope, before }: Basis): Claim {
  const { verdict, report } = outcome;
  const cluster = clusterName(scope);
  const migrations = outcome.migrations.map(({ taskArn, exitCode }) => ({ taskArn, exitCode }));
  const said = report === undefined ? [] : report.services.map((service) => asSaid(cluster, service));
  return { verdict, migrations, services: [...said, ...implied()] };

  function implied(): ClaimedService[] {
    if (verdict === 'succeeded' || verdict === 'unchanged') {
      const built = Object.entries(outcome.images);
      return built.map(([name, digest]) => ({ cluster, name: ecsServiceName(scope.application, name), digest }));
    }
    if (verdict === 'refused') return before.map((service) => stillAsBefore(cluster, service));
    if (verdict !== 'undone' && verdict !== 'rolled-back') return [];
    return before.map(({ service, runningDigests }) => ({ cluster, name: service, digest: runningDigests[0] }));
  }
}

function asSaid(cluster: string, service: ServiceReport): ClaimedService {
  if (service.change === 'create' && service.outcome === 'not-started') {
    return { cluster, name: service.service, digest: undefined, absent: true };
  }
  return {
    cluster,
    name: service.service,
    digest: service.digest,
    taskDefinition: service.taskDefinition,
    deploymentId: service.deploymentId,
    rolloutState: service.rolloutState,
    running: service.running,
    desired: service.desired,
  };
}

function stillAsBefore(cluster: string, service: ServiceTruth): ClaimedService {
  return {
    cluster,
    name: service.service,
    digest: service.runningDigests[0],
    taskDefinition: service.taskDefinition,
    deploymentId: service.deploymentId,
    rolloutState: service.rolloutState,
    running: service.running,
    desired: service.desired,
  };
}
