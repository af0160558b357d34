import { type Finding, Findings } from '../../core/errors.ts';
import type { Foundations } from './foundations.ts';
import { judgeCluster } from './judge-cluster.ts';
import { judgeDefinitions } from './judge-definitions.ts';
import { judgeImages } from './judge-images.ts';
import { judgeNetwork } from './judge-network.ts';
import { judgeValues } from './judge-values.ts';
import type { Remark } from './remark.ts';
import type { TaskWishes } from './subject.ts';

/** What was found before the first write. Only `findings` stop anything. */
export type Verification = {
  /** What contradicts the release: it cannot succeed, or must not be tried. */
  readonly findings: readonly Finding[];
  /** What is doubtful, or could not be read. */
  readonly warnings: readonly Finding[];
};

/** Whether tasks of these definitions can start where they shall. Pure, like every judgement here. */
export function judgeTasks(wishes: TaskWishes, foundations: Foundations): readonly Remark[] {
  return [
    ...judgeCluster(wishes, foundations),
    ...judgeImages(wishes, foundations),
    ...judgeDefinitions(wishes, foundations),
    ...judgeValues(wishes, foundations),
    ...judgeNetwork(wishes, foundations),
  ];
}

/** Sorts remarks by what they mean; what several definitions of one service have in common is said once. */
export function verificationOf(remarks: readonly Remark[]): Verification {
  const once = [...new Map(remarks.map((one) => [JSON.stringify(one), one])).values()];
  const findingsOf = (stops: boolean) => once.filter((one) => one.stops === stops).map(({ finding }) => finding);
  return { findings: findingsOf(true), warnings: findingsOf(false) };
}

/** Throws Findings with all that stands in the way; `subject` begins the sentence. */
export function stopAtFindings({ findings }: Pick<Verification, 'findings'>, subject: string): void {
  const [first, ...others] = findings;
  if (first !== undefined) throw new Findings([first, ...others], subject);
}
