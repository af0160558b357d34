import { describeServices } from '../../../../lib/aws/ecs-services.ts';
import { deregisterTaskDefinition } from '../../../../lib/aws/task-definition.ts';
import type { StartWorld } from './start.ts';
import { shortArn } from './start.ts';
import { isTrouble } from './trouble.ts';

/**
 * Deregisters revisions of a failed release, so that the newest one of a family is the one that should run. Only those
 * that no deployment of their service refers to any more are; `kept` are what the ledger or an undo may still need.
 * `made` is revision by ECS service.
 */
export async function forgetRevisions(
  made: ReadonlyMap<string, string>,
  kept: ReadonlySet<string>,
  world: StartWorld,
): Promise<void> {
  const { aws, contract, log, signal, registrations } = world;
  if (made.size === 0) return;
  try {
    const services = await describeServices(aws, contract.cluster.name, [...made.keys()]);
    const used = new Set(
      [...services.values()].flatMap(({ taskDefinition, deployments }) => [
        taskDefinition,
        ...deployments.map((deployment) => deployment.taskDefinition),
      ]),
    );
    const unused = [...made.values()].filter((arn) => !kept.has(arn) && !used.has(arn));
    for (const arn of unused) {
      await registrations(signal);
      await deregisterTaskDefinition(aws, arn);
      log.info(`${shortArn(arn)} deregistered: nothing runs it, and nothing goes back to it`);
    }
  } catch (error) {
    if (!isTrouble(error, signal)) throw error;
    log.info(`Revisions of the failed release stay registered: ${error.message}`);
  }
}
