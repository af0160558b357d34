import { describeServices, type ObservedService } from '../../../../lib/aws/ecs-services.ts';
import { deregisterTaskDefinition } from '../../../../lib/aws/task-definition.ts';
import type { StartWorld } from './start.ts';
import { shortArn } from './start.ts';
import { isTrouble } from './trouble.ts';

/** A revision, and the ECS service that it was registered for. */
export type Doomed = { readonly service: string; readonly arn: string };

/**
 * Deregisters revisions of a failed release, so that the newest one of a family is the one that should run. Only those
 * that no deployment of their service refers to; one whose service is not shown stays, for a read may lag. `kept` are
 * what the ledger or an undo may still need.
 */
export async function forgetRevisions(
  doomed: readonly Doomed[],
  kept: ReadonlySet<string>,
  world: Pick<StartWorld, 'aws' | 'contract' | 'log' | 'signal' | 'registrations'>,
): Promise<void> {
  const { aws, contract, log, signal, registrations } = world;
  const candidates = doomed.filter(({ arn }) => !kept.has(arn));
  if (candidates.length === 0) return;
  try {
    const names = candidates.map(({ service }) => service);
    const services = await describeServices(aws, contract.cluster.name, names);
    for (const { service, arn } of candidates) {
      const found = services.get(service);
      if (found === undefined || refersTo(found, arn)) continue;
      await registrations(signal);
      await deregisterTaskDefinition(aws, arn);
      log.info(`${shortArn(arn)} deregistered: nothing runs it, and nothing goes back to it`);
    }
  } catch (error) {
    if (!isTrouble(error, signal)) throw error;
    log.info(`Revisions of the failed release stay registered: ${error.message}`);
  }
}

function refersTo({ taskDefinition, deployments }: ObservedService, arn: string): boolean {
  return taskDefinition === arn || deployments.some((deployment) => deployment.taskDefinition === arn);
}
