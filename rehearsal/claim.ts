import type { ReleaseOutcome } from './outcome.ts';
import type { ServiceTruth } from './simulated-aws.ts';

/**
 * What the actions said, as the simulator's judge is asked it. For a release that touched nothing the claim is that
 * every service still stands on the deployment it stood on before.
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
  readonly taskDefinition: string;
  readonly deploymentId: string | undefined;
  readonly rolloutState: string | undefined;
  readonly running: number;
  readonly desired: number;
};

export function claimOf(outcome: ReleaseOutcome, cluster: string, before: readonly ServiceTruth[]): Claim {
  const migrations = outcome.migrations.map(({ taskArn, exitCode }) => ({ taskArn, exitCode }));
  if (outcome.report === undefined) {
    return { verdict: outcome.verdict, migrations, services: before.map((service) => stillAsBefore(cluster, service)) };
  }
  return {
    verdict: outcome.verdict,
    migrations,
    services: outcome.report.services.map((service) => ({
      cluster,
      name: service.service,
      digest: service.digest,
      taskDefinition: service.taskDefinition,
      deploymentId: service.deploymentId,
      rolloutState: service.rolloutState,
      running: service.running,
      desired: service.desired,
    })),
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
