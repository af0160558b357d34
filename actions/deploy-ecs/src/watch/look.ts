import { describeServiceDeployments, type ServiceDeployment } from '../../../../lib/aws/ecs-deployments.ts';
import { describeServices, type ObservedService } from '../../../../lib/aws/ecs-services.ts';
import type { Followed } from './followed.ts';
import { judgeReading } from './judge.ts';
import { patientRead } from './patient-read.ts';
import type { Target } from './target.ts';
import type { WatchWorld } from './world.ts';

/** What one look shows: services by name, and those of ECS's records that were needed, by ARN. */
export type Look = {
  readonly services: ReadonlyMap<string, ObservedService>;
  readonly records: ReadonlyMap<string, ServiceDeployment>;
};

/** All services in one go, ten to a call. Undefined without an answer: that is not the same as no services. */
export async function takeLook(open: readonly Followed[], world: WatchWorld): Promise<Look | undefined> {
  const { aws, cluster } = world;
  const names = open.map(({ target }) => target.ecsName);
  const services = await patientRead((options) => describeServices(aws, cluster, names, options), world);
  if (services === undefined) return undefined;
  const arns = open.flatMap(({ target }) => (needsRecord(target, services) ? [target.serviceDeployment] : []));
  const known = arns.filter((arn) => arn !== undefined);
  const records = await patientRead((options) => describeServiceDeployments(aws, known, options), world);
  return { services, records: records ?? new Map() };
}

/** A plain rollout that is under way is told by the service itself; asking for its record each time would be a call more. */
function needsRecord(target: Target, services: Look['services']): boolean {
  const service = services.get(target.ecsName);
  if (service === undefined) return false;
  if (service.rules.strategy !== 'ROLLING' || service.rules.hasHooks) return true;
  const reading = judgeReading(target, service);
  return reading.kind === 'not-listed' || (reading.kind === 'ended' && reading.ending.kind === 'failed');
}
