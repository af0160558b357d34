import { describeServices, type ObservedService, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { ReleasedService, ReleaseRecord } from '../../../../lib/core/ledger.ts';
import type { Begun } from './begun.ts';

/** A service that the release has changed before its job was cancelled. */
export type Touched = {
  readonly name: string;
  readonly observed: ObservedService;
  /** Of the deployment that is going on. */
  readonly deploymentId: string;
  readonly released: ReleasedService;
  /** What it ran before; undefined when nothing there is worth going back to. */
  readonly goesBackTo: string | undefined;
};

/** Found by what runs now: a killed job could not write down how far it came. The lock says that nobody else was at work. */
export async function findTouched(
  aws: Aws,
  { cluster, before }: ReleaseRecord,
  { services }: Begun,
): Promise<readonly Touched[]> {
  const names = Object.values(services).map(({ service }) => service);
  const observed = await describeServices(aws, cluster, names);
  return Object.entries(services).flatMap(([name, brought]): Touched[] => {
    const service = observed.get(brought.service);
    const primary = service === undefined ? undefined : primaryOf(service);
    const found = Object.hasOwn(before, name) ? before[name] : undefined;
    if (service?.status !== 'ACTIVE' || primary === undefined || primary.id === found?.deploymentId) return [];
    const { id: deploymentId, taskDefinition } = primary;
    return [
      {
        name,
        observed: service,
        deploymentId,
        released: { ...brought, taskDefinition },
        goesBackTo: found?.goesBackTo,
      },
    ];
  });
}
