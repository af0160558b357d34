import { DescribeServiceDeploymentsCommand } from '@aws-sdk/client-ecs';
import { inBatches } from './batches.ts';
import { ecs } from './ecs-client.ts';
import type { Aws } from './session.ts';

/** ECS's own record of one rollout, which says unambiguously how it ended. Kept for 90 days. */
export type ServiceDeployment = {
  readonly arn: string;
  /** PENDING, IN_PROGRESS, SUCCESSFUL, STOPPED, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED, … */
  readonly status: string;
  readonly reason: string | undefined;
};

const deploymentsPerCall = 20;

/** Service deployments by ARN; what is not there (any more) is not in the answer. */
export async function describeServiceDeployments(
  aws: Aws,
  arns: readonly string[],
): Promise<ReadonlyMap<string, ServiceDeployment>> {
  const batches = inBatches(arns, deploymentsPerCall);
  const answers = await Promise.all(
    batches.map((serviceDeploymentArns) =>
      aws.send(ecs(aws), new DescribeServiceDeploymentsCommand({ serviceDeploymentArns })),
    ),
  );
  const found = answers
    .flatMap((answer) => answer.serviceDeployments ?? [])
    .map((one) => ({ arn: one.serviceDeploymentArn ?? '', status: one.status ?? '', reason: one.statusReason }));
  return new Map(found.map((one) => [one.arn, one]));
}
