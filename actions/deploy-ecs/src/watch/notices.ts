import type { ServiceDeployment } from '../../../../lib/aws/ecs-deployments.ts';
import type { ObservedService } from '../../../../lib/aws/ecs-services.ts';
import type { Followed } from './followed.ts';

/** Something worth a line of its own, once: whoever waits learns why, and what may be up to him. */
export type Notice = {
  /** The same for what need not be said again. */
  readonly about: string;
  readonly line: string;
};

type Seen = {
  readonly service: ObservedService;
  readonly record: ServiceDeployment | undefined;
  readonly region: string;
};

/** What people should know of a rollout besides how many tasks run. */
export function noticesOf(followed: Followed, { service, record, region }: Seen): readonly Notice[] {
  const { startedAt } = followed.target;
  const recent = service.events.filter(({ at }) => at >= startedAt - 1_000).map(({ message }) => message);
  return [
    ...recent.toReversed().flatMap(eventNotices),
    ...countNotices(followed, service),
    ...alarmNotices(service),
    ...recordNotices(record, region),
  ];
}

function eventNotices(message: string): readonly Notice[] {
  const known = tellingEvents.find(([, matches]) => matches.test(message));
  return known === undefined
    ? []
    : [{ about: known[0], line: `ECS says: ${message.replace(/^\(service [^)]*\) /, '')}` }];
}

/** Events that say why it takes long. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html */
const tellingEvents: readonly (readonly [about: string, matches: RegExp])[] = [
  ['placement', /was unable to place|could not launch/],
  ['throttled', /operations are being throttled/],
  ['back-off', /unable to consistently start tasks/],
  ['stuck', /unable to stop or start tasks during a deployment/],
  ['protected', /unable to scale in due to/],
  ['zones', /AZ Rebalanc/i],
  ['container health', /failed container health checks/],
  ['target health', /is unhealthy in \(target-group/],
];

function countNotices({ firstDesired = 0 }: Followed, { desired }: ObservedService): readonly Notice[] {
  if (desired === firstDesired) return [];
  return [{ about: `desired ${desired}`, line: `its desired count is ${desired} now, and was ${firstDesired}` }];
}

function alarmNotices({ rules: { alarms } }: ObservedService): readonly Notice[] {
  if (alarms.length === 0) return [];
  return [{ about: 'alarms', line: `ECS also waits for the bake time of ${alarms.join(', ')}` }];
}

function recordNotices(record: ServiceDeployment | undefined, region: string): readonly Notice[] {
  if (record === undefined) return [];
  const stage = record.stage === undefined ? [] : [{ about: `stage ${record.stage}`, line: `stage ${record.stage}` }];
  const hooks = record.waitingHooks.map(({ id, expiresAt, otherwise }) => ({
    about: `hook ${id}`,
    line:
      `waits for a person${deadlineWords(expiresAt, otherwise)}. To go on (or back, with ROLLBACK): ` +
      `aws ecs continue-service-deployment --region ${region} --service-deployment-arn ${record.arn} --hook-id ${id} --action CONTINUE`,
  }));
  return [...stage, ...hooks];
}

function deadlineWords(expiresAt: number | undefined, otherwise: string | undefined): string {
  if (expiresAt === undefined) return '';
  return ` until ${new Date(expiresAt).toISOString()}, then ECS does ${otherwise ?? 'ROLLBACK'}`;
}
