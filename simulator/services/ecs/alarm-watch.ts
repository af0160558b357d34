import { failDeployment } from './rollback.ts';
import type { Ecs, ServiceDeployment } from './state.ts';

/**
 * Asks for the alarms of a deployment from its begin to its end. One that is in ALARM at the start has nothing to tell:
 * then all of them are ignored, for the whole deployment.
 */
export function watchAlarms(ecs: Ecs, record: ServiceDeployment): void {
  const { enable, alarmNames } = record.service.configuration.alarms;
  if (!enable) return;
  if (ecs.cloud.alarms.inAlarm(alarmNames).length > 0) {
    record.monitors.alarms = 'DISABLED';
    record.bake = 'over';
    return;
  }
  const ask = () => {
    if (record.status !== 'IN_PROGRESS') return;
    const triggered = ecs.cloud.alarms.inAlarm(alarmNames);
    if (triggered.length === 0) return next();
    record.triggeredAlarms = triggered;
    failDeployment(ecs, record.service, record.target, 'alarms');
  };
  const next = () => void ecs.after(ecs.settings.alarmPollSeconds, ask);
  next();
}
