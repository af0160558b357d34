import type { Contract } from '../../../../lib/core/contract.ts';
import { ActionError, type Finding } from '../../../../lib/core/errors.ts';
import type { Environment } from '../../../../lib/core/manifest/model.ts';
import { partitionOf } from '../../../../lib/core/names.ts';

type Cluster = Pick<Contract, 'cluster'>;
type Place = Pick<Environment, 'account' | 'region'>;

/** What is wrong with the input `cluster`, a name or an ARN: it must be the cluster that infra publishes. */
export function clusterFinding(
  asked: string | undefined,
  { cluster: { name } }: Cluster,
  { account, region }: Place,
): Finding | undefined {
  const arn = `arn:${partitionOf(region)}:ecs:${region}:${account}:cluster/${name}`;
  if (asked === undefined || asked === name || asked === arn) return undefined;
  return {
    code: 'E_SCOPE',
    message: `The input \`cluster\` is another one; infra says ${name}.`,
    remedy: 'Leave the input out, or choose the environment that is meant.',
    place: 'cluster',
  };
}

/** Throws it, before anything that costs time. */
export function checkCluster(asked: string | undefined, contract: Cluster, environment: Place): void {
  const finding = clusterFinding(asked, contract, environment);
  if (finding !== undefined) throw new ActionError(finding.code, finding.message, finding);
}
