/** A span of simulated seconds; each use draws from it. */
export type Seconds = readonly [low: number, high: number];

/**
 * How long things take and how the account behaves. The spans are the fast end of what was recorded on Fargate, so
 * that a rehearsal is quick; every one may be changed at any time, for the tasks and deployments that come after.
 */
export type EcsSettings = {
  /** Network interface of a new task. */
  provisioning: Seconds;
  /** Fetching the values of a task's secrets; nothing when it has none. */
  secrets: Seconds;
  /** Pulling an image: this, and its compressed bytes at `pullBytesPerSecond`. */
  pull: Seconds;
  pullBytesPerSecond: number;
  /** From a pulled image to running containers. */
  launching: Seconds;
  /** Registering targets, for services behind a load balancer. */
  activating: Seconds;
  /** From the decision to stop until SIGTERM is sent. */
  stopping: Seconds;
  /** Taking the network interface away. */
  deprovisioning: Seconds;
  /** From UpdateService to the first move of its deployment. */
  deploymentStart: Seconds;
  /** From an event to the scheduler's reaction. */
  reaction: Seconds;
  /** From the failure that reaches the threshold to the circuit breaker's verdict. */
  breakerReaction: Seconds;
  /** From StopServiceDeployment to the first move of the rollback: ROLLBACK_REQUESTED meanwhile. */
  rollbackStart: Seconds;
  /** How long each lifecycle stage of a strategy lasts, beside its bake time. */
  stage: Seconds;
  /** From one look at a deployment's alarms to the next. */
  alarmPollSeconds: number;
  /** How long a rolling deployment with alarms goes on after its last old task is gone. */
  alarmBakeSeconds: number;
  /** How long a deployment that failed without rollback stays listed, unless another one replaces it. */
  failedListedSeconds: number;
  /** Time in RUNNING after which a task without any health check counts as healthy. */
  unprovenHealthySeconds: number;
  /** Delay after the first task that never ran; doubles up to the cap. */
  startBackOffSeconds: number;
  startBackOffCapSeconds: number;
  /** Until the scheduler tries again to place a task it could not place. */
  placementRetrySeconds: number;
  /** How long reads may show what was there before a write. */
  readLagSeconds: number;
  /** While positive, Fargate refuses to place a task and counts down. */
  placementFailures: number;
  placementFailureReason: string;
  /** While positive, ECS throttles the next start of tasks, says so as an event, and counts down. */
  launchThrottles: number;
  /** How long new use of a deregistered task definition is still accepted: up to ten minutes on AWS. */
  deregisteredUsableSeconds: number;
  /** Stopped reasons with which the next tasks fail to start, e.g. `interfaceTimeout`; each is used once. */
  startFailures: string[];
  /** Published API rates per account and Region. */
  rateLimits: boolean;
};

export const capacityUnavailable =
  'Capacity is unavailable at this time. Please try again later or in a different availability zone';

export const interfaceTimeout = 'Timeout waiting for network interface provisioning to complete.';

export function defaultSettings(): EcsSettings {
  return {
    provisioning: [5, 6],
    secrets: [0.3, 0.6],
    pull: [3, 4],
    pullBytesPerSecond: 40_000_000,
    launching: [1.5, 2.5],
    activating: [1, 1.5],
    stopping: [0.5, 1],
    deprovisioning: [8, 10],
    deploymentStart: [1, 1.6],
    reaction: [0.3, 0.8],
    breakerReaction: [2, 4],
    rollbackStart: [0.5, 1],
    stage: [1, 2],
    alarmPollSeconds: 10,
    alarmBakeSeconds: 300,
    failedListedSeconds: Infinity,
    unprovenHealthySeconds: 40,
    startBackOffSeconds: 10,
    startBackOffCapSeconds: 27 * 60,
    placementRetrySeconds: 15,
    readLagSeconds: 0,
    placementFailures: 0,
    placementFailureReason: capacityUnavailable,
    launchThrottles: 0,
    deregisteredUsableSeconds: 0,
    startFailures: [],
    rateLimits: true,
  };
}
