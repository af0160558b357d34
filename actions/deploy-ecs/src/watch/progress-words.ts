import type { ObservedDeployment, ObservedService } from '../../../../lib/aws/ecs-services.ts';
import type { Ending, Target } from './target.ts';

/** One short line on how far a deployment is; the same state gives the same line. */
export function describeProgress({ deploymentId }: Target, service: ObservedService): string {
  const ours = service.deployments.find(({ id }) => id === deploymentId);
  if (ours === undefined) return `waiting for ECS to show ${deploymentId}`;
  const failures = ours.failed === 0 ? '' : `, ${ours.failed} failed`;
  return `${describeTasks(ours, service)}${failures} (${deploymentId})`;
}

function describeTasks(ours: ObservedDeployment, service: ObservedService): string {
  const { running, pending } = ours;
  // A fresh deployment shows a desired count of 0 for a moment.
  const wanted = Math.max(ours.desired, service.desired);
  if (running < wanted) {
    if (pending === 0 && running === 0) return `waiting to start ${wanted}`;
    return `starting ${pending} of ${wanted}${running === 0 ? '' : `, ${running} running`}`;
  }
  const old = service.deployments.filter(({ id }) => id !== ours.id).reduce((sum, one) => sum + one.running, 0);
  if (old > 0) return `${running} of ${wanted} running, ${old} old to drain`;
  return `${running} of ${wanted} running, ${ours.rolloutState === 'COMPLETED' ? 'completed' : 'settling'}`;
}

export function describeEnding(ending: Ending): string {
  switch (ending.kind) {
    case 'completed':
      return 'completed, and every task runs its image';
    case 'failed':
      return `failed: ${ending.reason}${ending.goingBackTo === undefined ? '' : `; ECS goes back to ${ending.goingBackTo}`}`;
    case 'superseded':
      return `superseded by ${ending.by}`;
    case 'timed-out':
      return 'not finished in time';
  }
}
