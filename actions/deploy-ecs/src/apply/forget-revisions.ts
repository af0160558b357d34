import { describeServices, type ObservedService } from '../../../../lib/aws/ecs-services.ts';
import { readAllReleases } from '../../../../lib/aws/ledger/records.ts';
import { deregisterTaskDefinition } from '../../../../lib/aws/task-definition.ts';
import type { ReleaseRecord } from '../../../../lib/core/ledger.ts';
import type { StartWorld } from './start.ts';
import { shortArn } from './start.ts';
import { isTrouble } from './trouble.ts';

/** A revision, and the ECS service that it was registered for. */
export type Doomed = { readonly service: string; readonly arn: string };

/**
 * Deregisters revisions of a failed release, so that the newest one of a family is the one that should run. Only those
 * that neither a deployment of their service nor any record of the ledger refers to; one whose service is not shown
 * stays, for a read may lag. `kept` is what the release itself may still need.
 */
export async function forgetRevisions(
  doomed: readonly Doomed[],
  kept: ReadonlySet<string>,
  world: Pick<StartWorld, 'aws' | 'contract' | 'where' | 'log' | 'signal' | 'registrations'>,
): Promise<void> {
  const { aws, contract, where, log, signal, registrations } = world;
  const candidates = doomed.filter(({ arn }) => !kept.has(arn));
  if (candidates.length === 0) return;
  try {
    const names = candidates.map(({ service }) => service);
    const [services, records] = await Promise.all([
      describeServices(aws, contract.cluster.name, names),
      readAllReleases(aws, where),
    ]);
    const recorded = new Set(records.flatMap(revisionsIn));
    for (const { service, arn } of candidates) {
      const found = services.get(service);
      if (found === undefined || refersTo(found, arn) || recorded.has(arn)) continue;
      await registrations(signal);
      await deregisterTaskDefinition(aws, arn);
      log.info(`${shortArn(arn)} deregistered: nothing runs it, and nothing goes back to it`);
    }
  } catch (error) {
    if (!isTrouble(error, signal)) throw error;
    log.info(`Revisions of the failed release stay registered: ${error.message}`);
  }
}

/** What a rollback to it, or whoever goes on after its run has died, would deploy. */
function revisionsIn({ services, before }: ReleaseRecord): readonly string[] {
  const returns = Object.values(before).flatMap((one) => one?.goesBackTo ?? []);
  return [...Object.values(services).map(({ taskDefinition }) => taskDefinition), ...returns];
}

function refersTo({ taskDefinition, deployments }: ObservedService, arn: string): boolean {
  return taskDefinition === arn || deployments.some((deployment) => deployment.taskDefinition === arn);
}
