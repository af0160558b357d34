import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';

/** How a service rolls out: what ends a rollout, for good or for bad, and what it waits for. */
export type RolloutRules = {
  /** ROLLING, BLUE_GREEN, LINEAR, CANARY, or something newer than this code. */
  readonly strategy: string;
  /** Failed tasks at which ECS's circuit breaker trips, or would trip if there were one. */
  readonly crashLimit: number;
  /** COMPLETED is said at this share of healthy tasks; `DEFERRED`: while old tasks still run. */
  readonly earlySuccess: { readonly healthyPercent: number; readonly cleanUp: 'BLOCKING' | 'DEFERRED' } | undefined;
  /** Names of the alarms that fail it. */
  readonly alarms: readonly string[];
  /** Whether Lambda functions or people are asked on the way. */
  readonly hasHooks: boolean;
};

/** AWS keeps its defaults out of the answer. */
export function toRolloutRules(configuration: DeploymentConfiguration | undefined, desired: number): RolloutRules {
  const early = configuration?.earlySuccessCriteria;
  const alarms = configuration?.alarms;
  return {
    strategy: configuration?.strategy ?? 'ROLLING',
    crashLimit: crashLimit(configuration?.deploymentCircuitBreaker?.thresholdConfiguration, desired),
    earlySuccess:
      early?.enable === true
        ? {
            healthyPercent: early.healthyPercent ?? 100,
            cleanUp: early.sourceServiceRevisionCleanup === 'DEFERRED' ? 'DEFERRED' : 'BLOCKING',
          }
        : undefined,
    alarms: alarms?.enable === true ? (alarms.alarmNames ?? []) : [],
    hasHooks: (configuration?.lifecycleHooks ?? []).length > 0,
  };
}

/**
 * Half of the desired count, at least three, at most two hundred, unless the service says otherwise.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
function crashLimit(
  threshold: { type?: string | undefined; value?: number | undefined } = {},
  desired: number,
): number {
  const { type = 'BOUNDED_PERCENT', value = 50 } = threshold;
  if (type === 'COUNT') return Math.max(1, value);
  const share = Math.ceil((desired * value) / 100);
  return type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share));
}
