import type { Aws } from '../../../../lib/aws/session.ts';
import type { Finding } from '../../../../lib/core/errors.ts';
import { type Foundations, observeFoundations } from './foundations.ts';
import { judgeCluster } from './judge-cluster.ts';
import { judgeDefinitions } from './judge-definitions.ts';
import { judgeImages } from './judge-images.ts';
import { judgeNetwork } from './judge-network.ts';
import { judgeRegistries } from './judge-registries.ts';
import { judgeService } from './judge-service.ts';
import { judgeTargetGroups } from './judge-target-groups.ts';
import { judgeValues } from './judge-values.ts';
import type { Remark } from './remark.ts';
import type { VerifyWishes } from './wishes.ts';

/** What was found before the first write. Only `findings` stop a release. */
export type Verification = {
  /** What contradicts the release: it cannot succeed, or must not be tried. */
  readonly findings: readonly Finding[];
  /** What is doubtful, or could not be read. */
  readonly warnings: readonly Finding[];
};

/**
 * Holds a release against what it stands on: side by side reads, each tried at most twice, then one judgement with
 * everything in it. Writes nothing and never throws for what AWS says.
 */
export async function verifyRelease(aws: Aws, wishes: VerifyWishes): Promise<Verification> {
  return judgeRelease(wishes, await observeFoundations(aws, wishes));
}

/** The judgement alone. */
export function judgeRelease(wishes: VerifyWishes, foundations: Foundations): Verification {
  const remarks: readonly Remark[] = [
    ...judgeCluster(wishes, foundations),
    ...wishes.services.flatMap((subject) => judgeService(subject, wishes)),
    ...judgeImages(wishes, foundations),
    ...judgeDefinitions(wishes, foundations),
    ...judgeValues(wishes, foundations),
    ...judgeNetwork(wishes, foundations),
    ...judgeTargetGroups(wishes, foundations),
    ...judgeRegistries(wishes, foundations),
  ];
  const findingsOf = (stops: boolean) => remarks.filter((one) => one.stops === stops).map(({ finding }) => finding);
  return { findings: findingsOf(true), warnings: findingsOf(false) };
}
