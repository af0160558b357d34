import { scalableOf } from './state.ts';
import type { Autoscaling, ScalableTarget } from './state.ts';

/** Brings the desired count into the bounds, a moment after they were set. */
export function followBounds(state: Autoscaling, target: ScalableTarget): void {
  later(state, target, (desiredCount) => desiredCount);
}

/** What a target-tracking policy does when its metric says so: within the bounds, and not in a suspended direction. */
export function scaleByPolicy(state: Autoscaling, target: ScalableTarget, desiredCount: number): void {
  later(state, target, () => desiredCount);
}

function later(state: Autoscaling, target: ScalableTarget, wanted: (desiredCount: number) => number): void {
  state.cloud.clock.after(state.settings.reactionSeconds * 1000, () => {
    const service = scalableOf(state, target.resourceId);
    // Meanwhile the service may be gone, or the target deregistered.
    if (service === undefined || state.targets.get(target.resourceId) !== target) return;
    const next = Math.min(target.maximum, Math.max(target.minimum, wanted(service.desiredCount)));
    const { DynamicScalingInSuspended, DynamicScalingOutSuspended } = target.suspended;
    const isSuspended = next < service.desiredCount ? DynamicScalingInSuspended : DynamicScalingOutSuspended;
    if (next !== service.desiredCount && !isSuspended) service.scaleTo(next);
  });
}
