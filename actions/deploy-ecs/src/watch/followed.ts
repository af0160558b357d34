import type { ObservedService } from '../../../../lib/aws/ecs-services.ts';
import type { Target } from './target.ts';

/** A target and what was seen of it so far. Times are on the clock's `elapsed`. */
export type Followed = {
  target: Target;
  /** The last line of progress. */
  line: string;
  /** Notices that have been given. */
  readonly told: Set<string>;
  wasListed: boolean;
  absentSince: number | undefined;
  /** When ECS had said COMPLETED and tasks were missing for the first time. */
  shortSince: number | undefined;
  /** Since when it has looked complete without a break. */
  completeSince: number | undefined;
  /** Since when only the old tasks' end is missing. */
  settlingSince: number | undefined;
  /** The service's desired count at the first and at the last look. */
  firstDesired: number | undefined;
  lastDesired: number | undefined;
  lastRunning: number;
  lastFailed: number;
  /** A task of ours has died at some time, and since we looked at the stopped ones. */
  hasDeaths: boolean;
  hasNewDeaths: boolean;
  crashesReadAt: number;
};

export function follow(target: Target): Followed {
  return {
    target,
    line: '',
    told: new Set(),
    wasListed: false,
    absentSince: undefined,
    shortSince: undefined,
    completeSince: undefined,
    settlingSince: undefined,
    firstDesired: undefined,
    lastDesired: undefined,
    lastRunning: 0,
    lastFailed: 0,
    hasDeaths: target.hasRestarted === true,
    hasNewDeaths: target.hasRestarted === true,
    crashesReadAt: Number.NEGATIVE_INFINITY,
  };
}

/** Remembers counts, and whether fewer of our tasks run than before without anyone having asked for fewer. */
export function noteCounts(followed: Followed, { deployments, desired }: ObservedService, now: number): void {
  const ours = deployments.find(({ id }) => id === followed.target.deploymentId);
  if (ours === undefined) return;
  const others = deployments.filter(({ id }) => id !== ours.id);
  const isSettling = ours.running >= desired && others.every(({ running, pending }) => running + pending === 0);
  followed.settlingSince = isSettling ? (followed.settlingSince ?? now) : undefined;
  const isScaledIn = desired < (followed.lastDesired ?? desired);
  const hasDied = (ours.running < followed.lastRunning && !isScaledIn) || ours.failed > followed.lastFailed;
  followed.hasDeaths ||= hasDied;
  followed.hasNewDeaths ||= hasDied;
  followed.firstDesired ??= desired;
  followed.lastDesired = desired;
  followed.lastRunning = ours.running;
  followed.lastFailed = ours.failed;
}
