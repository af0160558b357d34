import type { ServiceDeployment } from '../../../../lib/aws/ecs-deployments.ts';
import { type ObservedService, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import type { Reading } from './judge.ts';
import type { Ending, Target } from './target.ts';

/**
 * What ECS's own record of the rollout adds to a read of the service. It knows what the list of deployments does not:
 * whether an absent one has failed or is only not shown yet, and when a blue/green rollout is really over.
 */
export function judgeWithRecord(
  reading: Reading,
  record: ServiceDeployment | undefined,
  { target, service }: { target: Target; service: ObservedService | undefined },
): Reading {
  if (record === undefined) return reading;
  if (reading.kind === 'ended') return { kind: 'ended', ending: nameCause(reading.ending, record) };
  if (reading.kind === 'looks-complete' && record.status !== 'SUCCESSFUL' && !hasEnded(record))
    return { kind: 'in-progress' };
  if (reading.kind === 'follow' || !hasEnded(record)) return reading;
  const primary = service === undefined ? undefined : primaryOf(service);
  const goingBackTo = primary !== undefined && target.earlier.has(primary.id) ? primary.id : undefined;
  const reason = record.reason ?? `ECS's record of the deployment says ${record.status}`;
  return { kind: 'ended', ending: nameCause({ kind: 'failed', reason, goingBackTo }, record) };
}

/** Stopped, or going back: it comes to no good end any more. */
function hasEnded({ status }: ServiceDeployment): boolean {
  return status === 'STOPPED' || status.startsWith('ROLLBACK_');
}

/** The list of deployments says that it failed; the record knows what made it fail. */
function nameCause(ending: Ending, record: ServiceDeployment): Ending {
  if (ending.kind !== 'failed') return ending;
  const { triggeredAlarms: alarms, isBreakerTriggered, status, reason } = record;
  if (alarms.length > 0)
    return { ...ending, reason: `${alarms.length === 1 ? 'the alarm' : 'the alarms'} ${alarms.join(', ')} went off` };
  if (isBreakerTriggered || !hasEnded(record) || /hook/i.test(reason ?? '')) return ending;
  if (!status.startsWith('ROLLBACK_')) return ending;
  return { ...ending, reason: `it was stopped (StopServiceDeployment): ${reason ?? ending.reason}` };
}
