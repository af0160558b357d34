import type { Ecs, EcsService } from './state.ts';

/** Has the scheduler look at the service soon. Many reasons at once make one look. */
export function wakeScheduler(ecs: Ecs, service: EcsService): void {
  if (service.waking) return;
  service.waking = true;
  const [low, high] = ecs.settings.reaction;
  ecs.after(ecs.durations.between(low, high), () => {
    service.waking = false;
    ecs.reconcile(service);
  });
}
