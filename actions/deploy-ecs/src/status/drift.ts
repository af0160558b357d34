import { type ObservedDeployment, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import { imageDigestOf } from '../../../../lib/aws/task-definition.ts';
import type { ReleaseRecord } from '../../../../lib/core/ledger.ts';
import { shortArn } from '../apply/start.ts';
import type { StandingService } from './observe.ts';

/** In what a service is not as its current release left it, a sentence each; empty when it is as released. */
export function findDrift(
  { name, recorded, observed, definition }: StandingService,
  unfinished: ReleaseRecord | undefined,
): readonly string[] {
  if (observed === undefined || observed.status !== 'ACTIVE')
    return [recorded === undefined ? 'not released yet' : 'released, but gone'];
  const primary = primaryOf(observed);
  const isOurs = unfinished !== undefined && Object.hasOwn(unfinished.before, name);
  return [
    ...(recorded === undefined ? ['not in the ledger'] : []),
    ...(recorded === undefined || observed.taskDefinition === recorded.taskDefinition
      ? []
      : [`differs: ${shortArn(recorded.taskDefinition)} was released`]),
    ...otherDigest(recorded?.digest, definition === undefined ? '' : imageDigestOf(definition.definition)),
    ...(definition?.active === false ? ['runs a deregistered definition'] : []),
    ...(observed.desired === 0 ? ['its desired count is 0'] : []),
    ...(observed.running < observed.desired ? [`${observed.desired - observed.running} of its tasks do not run`] : []),
    ...(isOurs ? [] : goingOn(primary)),
  ];
}

function otherDigest(recorded: string | undefined, runs: string): readonly string[] {
  if (recorded === undefined || runs === recorded) return [];
  if (runs === '') return [`image named by a tag, ${recorded.slice(0, 19)} was released`];
  return [`image ${runs.slice(0, 19)}, ${recorded.slice(0, 19)} was released`];
}

/** Nothing of ours is under way, so whatever goes on is someone else's. */
function goingOn(primary: ObservedDeployment | undefined): readonly string[] {
  if (primary?.rolloutState === 'IN_PROGRESS') return [`someone else deploys it: ${primary.id}`];
  return primary?.rolloutState === 'FAILED' ? [`its last deployment has failed: ${primary.id}`] : [];
}
