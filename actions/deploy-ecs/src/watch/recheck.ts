import { describeServices, type ObservedService, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import { judgeReading } from './judge.ts';
import { patientRead } from './patient-read.ts';
import type { Ended, Target } from './target.ts';
import { watchDeployments } from './watch.ts';
import type { WatchWorld } from './world.ts';

/**
 * Looks at all of them once more, together: while a later service rolled out, someone may have deployed an earlier
 * one, or one that was left alone. Answers with those that are not as they should be any more.
 */
export async function recheckDeployments(targets: readonly Target[], world: WatchWorld): Promise<readonly Ended[]> {
  const { aws, cluster } = world;
  const names = targets.map(({ ecsName }) => ecsName);
  const services = await patientRead((options) => describeServices(aws, cluster, names, options), world);
  const doubtful = targets.flatMap((target) => {
    const service = services?.get(target.ecsName);
    const hasRestarted = service !== undefined && hasStartedSince(service, target);
    const isDoubtful = service === undefined || judgeReading(target, service).kind !== 'looks-complete';
    return isDoubtful || hasRestarted ? [{ ...target, hasRestarted }] : [];
  });
  const checked = await watchDeployments(doubtful, { ...world, log: { ...world.log, info() {} } });
  return checked.filter(({ ending }) => ending.kind !== 'completed');
}

/** Whether ECS has started tasks after it had called the deployment completed. The autoscaler has it do so as well. */
function hasStartedSince({ events }: ObservedService, { deploymentId, startedAt }: Target): boolean {
  const completed = events.findIndex(({ message }) =>
    message.includes(`(deployment ${deploymentId}) deployment completed`),
  );
  // Newest first, so those before it came later.
  const later = completed === -1 ? [] : events.slice(0, completed);
  return later.some(({ message, at }) => at >= startedAt && / has started \d+ tasks/.test(message));
}

export type Untouched = {
  readonly name: string;
  readonly ecsName: string;
  readonly before: ObservedService | undefined;
  readonly digests: readonly string[];
};

/** A service that is left alone is followed by the deployment that it had before. */
export function untouchedTarget({ name, ecsName, before, digests }: Untouched, startedAt: number): Target | undefined {
  const primary = before === undefined ? undefined : primaryOf(before);
  if (primary === undefined) return undefined;
  const { id: deploymentId, taskDefinition } = primary;
  return {
    name,
    ecsName,
    deploymentId,
    taskDefinition,
    digests,
    mayBeEmpty: before?.desired === 0,
    serviceDeployment: undefined,
    earlier: new Set(),
    startedAt,
  };
}
