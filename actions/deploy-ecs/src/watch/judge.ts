import { type ObservedDeployment, type ObservedService, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import type { Ending, Target } from './target.ts';

/** What one read of a service says about our deployment. */
export type Reading =
  | { readonly kind: 'in-progress' }
  /** Looks good with so many tasks; to be confirmed by a read of another kind. */
  | { readonly kind: 'looks-complete'; readonly needed: number }
  /** ECS has said COMPLETED, and tasks are missing all the same: more are wanted by now, or they die. */
  | { readonly kind: 'short'; readonly running: number }
  /** Our deployment is not in the answer: a stale read, or it has failed and gone already. */
  | { readonly kind: 'not-listed' }
  /** Someone deployed the very revision that we want: it is theirs that counts now. */
  | { readonly kind: 'follow'; readonly deploymentId: string }
  | { readonly kind: 'ended'; readonly ending: Ending };

/**
 * Judges by the id of our deployment, never by "stable": a service that ECS has rolled back is as stable as can be.
 */
export function judgeReading(target: Target, service: ObservedService): Reading {
  if (service.status !== 'ACTIVE') return failed(`the ECS service was deleted: it is ${service.status}`);
  const primary = primaryOf(service);
  const ours = service.deployments.find(({ id }) => id === target.deploymentId);
  if (ours === undefined || primary === undefined) return judgeAbsence(target, service, primary);
  if (primary.id === ours.id) return judgePrimary(target, service, ours);
  if (ours.rolloutState === 'FAILED')
    return failed(reasonOf(ours), target.earlier.has(primary.id) ? primary.id : undefined);
  // Listed, but not the one the service moves to, and not failed: ECS is going back, or the read is from the past.
  if (target.earlier.has(primary.id)) return { kind: 'not-listed' };
  return judgeForeign(target, primary);
}

function judgePrimary(target: Target, service: ObservedService, ours: ObservedDeployment): Reading {
  if (ours.rolloutState === 'FAILED') return failed(reasonOf(ours));
  if (service.desired === 0 && target.mayBeEmpty !== true)
    return failed('someone has set its desired count to 0, so no task proves the image');
  if (ours.rolloutState === 'COMPLETED') return judgeCompleted(service, ours);
  if (!service.hasCircuitBreaker && ours.failed >= service.rules.crashLimit)
    return failed(`${ours.failed} tasks in a row have failed, and no circuit breaker stops it`);
  return { kind: 'in-progress' };
}

/** COMPLETED alone is ECS's word; old tasks beside it are a read from the past, unless the service allows them. */
function judgeCompleted({ desired, rules, deployments }: ObservedService, ours: ObservedDeployment): Reading {
  const { earlySuccess } = rules;
  const hasOthers = deployments.some(({ id, running, pending }) => id !== ours.id && running + pending > 0);
  if (hasOthers && earlySuccess?.cleanUp !== 'DEFERRED') return { kind: 'in-progress' };
  const needed = earlySuccess === undefined ? desired : Math.ceil((desired * earlySuccess.healthyPercent) / 100);
  return ours.running >= needed ? { kind: 'looks-complete', needed } : { kind: 'short', running: ours.running };
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

function reasonOf(deployment: ObservedDeployment): string {
  return deployment.rolloutReason ?? 'ECS says that the deployment has failed';
}

function failed(reason: string, goingBackTo?: string): Reading {
  return { kind: 'ended', ending: { kind: 'failed', reason, goingBackTo } };
}
