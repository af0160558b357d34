import { type ObservedDeployment, type ObservedService, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import type { Ending, Target } from './target.ts';

/** What one read of a service says about our deployment. */
export type Reading =
  | { readonly kind: 'in-progress' }
  /** Looks good; to be confirmed by a read of another kind. */
  | { readonly kind: 'looks-complete' }
  /** Our deployment is not in the answer: a stale read, or it has failed and gone already. */
  | { readonly kind: 'not-listed' }
  /** Someone deployed the very revision that we want: it is theirs that counts now. */
  | { readonly kind: 'follow'; readonly deploymentId: string }
  | { readonly kind: 'ended'; readonly ending: Ending };

/**
 * Judges by the id of our deployment, never by "stable": a service that ECS has rolled back is as stable as can be.
 */
export function judgeReading(target: Target, service: ObservedService): Reading {
  if (service.status !== 'ACTIVE') return failed(`the ECS service is ${service.status}`, undefined);
  const primary = primaryOf(service);
  const ours = service.deployments.find(({ id }) => id === target.deploymentId);
  if (ours === undefined || primary === undefined) return judgeAbsence(target, service, primary);
  if (primary.id === ours.id) return judgePrimary(service, ours);
  if (ours.rolloutState === 'FAILED')
    return failed(reasonOf(ours), target.earlier.has(primary.id) ? primary.id : undefined);
  // Listed, but not the one the service moves to, and not failed: ECS is going back, or the read is from the past.
  if (target.earlier.has(primary.id)) return { kind: 'not-listed' };
  return judgeForeign(target, primary);
}

function judgePrimary(service: ObservedService, ours: ObservedDeployment): Reading {
  if (ours.rolloutState === 'FAILED') return failed(reasonOf(ours), undefined);
  const others = service.deployments.filter(({ id }) => id !== ours.id);
  const alone = others.every(({ running, pending }) => running + pending === 0);
  const full = ours.running === ours.desired && ours.pending === 0 && ours.desired === service.desired;
  if (ours.rolloutState === 'COMPLETED' && full && alone) return { kind: 'looks-complete' };
  if (!service.hasCircuitBreaker && ours.failed >= crashLoop(ours.desired)) {
    return failed(`${ours.failed} tasks in a row have failed, and no circuit breaker stops it`, undefined);
  }
  return { kind: 'in-progress' };
}

function judgeAbsence(target: Target, service: ObservedService, primary: ObservedDeployment | undefined): Reading {
  const told = service.events.find(({ message }) =>
    message.includes(`(deployment ${target.deploymentId}) deployment failed`),
  );
  const isEarlier = primary !== undefined && target.earlier.has(primary.id);
  if (told !== undefined) return failed(told.message, isEarlier ? primary.id : undefined);
  if (primary === undefined || isEarlier) return { kind: 'not-listed' };
  return judgeForeign(target, primary);
}

function judgeForeign(target: Target, primary: ObservedDeployment): Reading {
  if (primary.taskDefinition === target.taskDefinition) return { kind: 'follow', deploymentId: primary.id };
  return { kind: 'ended', ending: { kind: 'superseded', by: primary.id } };
}

/** ECS's own breaker would trip at this many: half of the desired count, at least three, at most two hundred. */
function crashLoop(desired: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desired / 2)));
}

function reasonOf(deployment: ObservedDeployment): string {
  return deployment.rolloutReason ?? 'ECS says that the deployment has failed';
}

function failed(reason: string, goingBackTo: string | undefined): Reading {
  return { kind: 'ended', ending: { kind: 'failed', reason, goingBackTo } };
}
