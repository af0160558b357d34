import type { Aws } from '../../../../lib/aws/session.ts';
import { contradiction, type Remark } from '../../../../lib/world/verify/remark.ts';
import { judgeTasks, type Verification, verificationOf } from '../../../../lib/world/verify/verification.ts';
import { clusterFinding } from '../deploy/cluster-scope.ts';
import { observeServiceFoundations, type ServiceFoundations } from './foundations.ts';
import { judgeRegistries } from './judge-registries.ts';
import { judgeService } from './judge-service.ts';
import { judgeTargetGroups } from './judge-target-groups.ts';
import { taskWishesOf, type VerifyWishes } from './wishes.ts';

/**
 * Holds a release against what it stands on: side by side reads, each tried at most twice, then one judgement with
 * everything in it. Writes nothing and never throws for what AWS says.
 */
export async function verifyRelease(aws: Aws, wishes: VerifyWishes): Promise<Verification> {
  return judgeRelease(wishes, await observeServiceFoundations(aws, wishes));
}

/** The judgement alone: the tasks as anywhere, then the services around them. */
export function judgeRelease(wishes: VerifyWishes, foundations: ServiceFoundations): Verification {
  return verificationOf([
    ...judgeInput(wishes),
    ...judgeTasks(taskWishesOf(wishes), foundations),
    ...wishes.services.flatMap((subject) => judgeService(subject, wishes)),
    ...judgeTargetGroups(wishes, foundations),
    ...judgeRegistries(wishes, foundations),
  ]);
}

/** The input `cluster` means the cluster that infra publishes. */
function judgeInput({ cluster, contract, manifest }: VerifyWishes): readonly Remark[] {
  const finding = clusterFinding(cluster, contract, manifest.environment);
  return finding === undefined ? [] : [contradiction(finding.code, { ...finding, place: 'cluster' })];
}
