import type { Threshold } from './service-shape.ts';

/** Failures at which the circuit breaker trips, from the latest desired count. */
export function breakerThreshold({ type, value }: Threshold, desiredCount: number): number {
  if (type === 'COUNT') return value;
  const share = Math.ceil((desiredCount * value) / 100);
  return type === 'UNBOUNDED_PERCENT' ? share : Math.min(200, Math.max(3, share));
}

/** Seconds until the next start after `failures` consecutive tasks that never ran. */
export function startBackOff(failures: number, firstSeconds: number, capSeconds: number): number {
  return failures === 0 ? 0 : Math.min(capSeconds, firstSeconds * 2 ** (failures - 1));
}
