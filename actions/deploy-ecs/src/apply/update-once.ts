import {
  describeServices,
  type ObservedService,
  primaryOf,
  type ServiceUpdate,
  updateService,
} from '../../../../lib/aws/ecs-services.ts';
import { LostAnswer } from '../../../../lib/aws/errors.ts';
import type { Pace } from '../../../../lib/aws/pace.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { Log } from '../../../../lib/core/world.ts';

export type UpdateWorld = {
  readonly aws: Aws;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Shared by all that change services at the same time. */
  readonly updates?: Pace;
};

/**
 * UpdateService cannot be repeated blindly: a forced update sent twice is two deployments. After a lost answer the
 * service is read, for as long as a read may lag behind, and the update is sent again only when it has not arrived.
 */
export async function updateOnce(
  before: ObservedService,
  input: ServiceUpdate,
  { aws, log, signal, updates }: UpdateWorld,
): Promise<ObservedService> {
  const known = new Set(before.deployments.map(({ id }) => id));
  for (let attempt = 1; ; attempt++) {
    await updates?.(signal);
    try {
      return await updateService(aws, input);
    } catch (error) {
      if (!(error instanceof LostAnswer)) throw error;
      log.info(`${before.name}: no answer to UpdateService; looking whether it arrived`);
      const arrived = await lookForUpdate(before.name, input, known, { aws, signal, looks: 3 + attempt });
      if (arrived !== undefined) return arrived;
      if (attempt === mostUpdates) throw error;
    }
  }
}

const mostUpdates = 5;
const longestLookMs = 3_000;

async function lookForUpdate(
  name: string,
  { cluster, taskDefinition, desiredCount }: ServiceUpdate,
  known: ReadonlySet<string>,
  { aws, signal, looks }: Pick<UpdateWorld, 'aws' | 'signal'> & { looks: number },
): Promise<ObservedService | undefined> {
  for (let look = 0; look < looks; look++) {
    const service = (await describeServices(aws, cluster, [name])).get(name);
    const primary = service === undefined ? undefined : primaryOf(service);
    const isNew = primary !== undefined && !known.has(primary.id) && primary.taskDefinition === taskDefinition;
    const isScaled = taskDefinition === undefined && service?.desired === desiredCount;
    if (isNew || isScaled) return service;
    await aws.clock.sleep(Math.min(longestLookMs, 500 * 2 ** look), signal);
  }
  return undefined;
}
