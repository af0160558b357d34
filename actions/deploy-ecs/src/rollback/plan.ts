import { findImageDigests } from '../../../../lib/aws/ecr-released-image.ts';
import { describeServices, type ObservedService } from '../../../../lib/aws/ecs-services.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { describeTaskDefinition, type RegisteredDefinition } from '../../../../lib/aws/task-definition.ts';
import { isSameDefinition } from '../../../../lib/aws/task-definition-compare.ts';
import { type Finding, Findings } from '../../../../lib/core/errors.ts';
import type { ReleasedService, ReleaseRecord } from '../../../../lib/core/ledger.ts';
import { shortArn } from '../apply/start.ts';

/** What happens to one service when a release is brought back. */
export type RollbackPlan = {
  readonly name: string;
  readonly released: ReleasedService;
  readonly recorded: RegisteredDefinition;
  readonly before: ObservedService;
  readonly digests: readonly string[];
  readonly isThere: boolean;
};

/** Throws Findings when an image, a definition or a service is gone: nothing was written then. */
export async function planRollback(aws: Aws, { cluster, services }: ReleaseRecord): Promise<readonly RollbackPlan[]> {
  const entries = Object.entries(services);
  const observed = await describeServices(
    aws,
    cluster,
    entries.map(([, { service }]) => service),
  );
  const plans = await Promise.all(
    entries.map(([name, released]) => planService(aws, name, released, observed.get(released.service))),
  );
  const [first, ...others] = plans.filter((plan) => 'code' in plan);
  if (first !== undefined) throw new Findings([first, ...others], 'The rollback cannot begin');
  return plans.filter((plan): plan is RollbackPlan => !('code' in plan));
}

async function planService(
  aws: Aws,
  name: string,
  released: ReleasedService,
  before: ObservedService | undefined,
): Promise<RollbackPlan | Finding> {
  const gone = (what: string, remedy: string): Finding => ({ code: 'E_STATE', message: what, remedy, place: name });
  const [digests, recorded, current] = await Promise.all([
    findImageDigests(aws, released),
    describeTaskDefinition(aws, released.taskDefinition),
    before === undefined ? undefined : describeTaskDefinition(aws, before.taskDefinition),
  ]);
  if (digests === undefined)
    return gone(`Its image ${released.digest.slice(0, 19)}… is gone from ECR.`, 'Choose another release.');
  if (recorded === undefined)
    return gone(`Its definition ${shortArn(released.taskDefinition)} is gone.`, 'Choose another release.');
  if (before === undefined || before.status !== 'ACTIVE')
    return gone(`There is no ECS service ${released.service}.`, 'Deploy it again.');
  const settled = before.deployments.length === 1 && before.deployments[0]?.rolloutState === 'COMPLETED';
  const isThere = settled && current !== undefined && isSameDefinition(current.definition, recorded.definition);
  return { name, released, recorded, before, digests, isThere };
}
