import { DescribeServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import type { ServiceDeployment as EcsServiceDeployment } from '@aws-sdk/client-ecs';
import { inBatches } from './batches.ts';
import { ecs } from './ecs-client.ts';
import type { Aws, SendOptions } from './session.ts';

/** ECS's own record of one rollout, which says unambiguously how it ended. Kept for 90 days. */
export type ServiceDeployment = {
  readonly arn: string;
  /** PENDING, IN_PROGRESS, SUCCESSFUL, STOP_REQUESTED, STOPPED, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED, … */
  readonly status: string;
  readonly reason: string | undefined;
  /** Of blue/green, linear and canary, e.g. BAKE_TIME. */
  readonly stage: string | undefined;
  readonly isBreakerTriggered: boolean;
  readonly triggeredAlarms: readonly string[];
  /** PAUSE hooks at which a person has to say how it goes on. */
  readonly waitingHooks: readonly WaitingHook[];
};

export type WaitingHook = {
  readonly id: string;
  /** Milliseconds since the epoch; then ECS does what `otherwise` says. */
  readonly expiresAt: number | undefined;
  /** CONTINUE or ROLLBACK. */
  readonly otherwise: string | undefined;
};

const deploymentsPerCall = 20;

/** Service deployments by ARN; what is not there (any more) is not in the answer. */
export async function describeServiceDeployments(
  aws: Aws,
  arns: readonly string[],
  options?: SendOptions,
): Promise<ReadonlyMap<string, ServiceDeployment>> {
  const batches = inBatches(arns, deploymentsPerCall);
  const answers = await Promise.all(
    batches.map((serviceDeploymentArns) =>
      aws.send(ecs(aws), new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }), options),
    ),
  );
  const found = answers.flatMap((answer) => answer.serviceDeployments ?? []).map(toServiceDeployment);
  return new Map(found.map((one) => [one.arn, one]));
}

function toServiceDeployment(one: EcsServiceDeployment): ServiceDeployment {
  const hooks = (one.lifecycleHookDetails ?? []).filter(({ status }) => status === 'AWAITING_ACTION');
  return {
    arn: one.serviceDeploymentArn ?? '',
    status: one.status ?? '',
    reason: one.statusReason ?? one.rollback?.reason,
    stage: one.lifecycleStage,
    isBreakerTriggered: one.deploymentCircuitBreaker?.status === 'TRIGGERED',
    triggeredAlarms: one.alarms?.triggeredAlarmNames ?? [],
    waitingHooks: hooks.map(({ hookId, expiresAt, timeoutAction }) => ({
      id: hookId ?? '',
      expiresAt: expiresAt?.getTime(),
      otherwise: timeoutAction,
    })),
  };
}
