import type { Contract } from '../../../../lib/core/contract.ts';
import type { SelectedManifest } from '../../../../lib/core/manifest/select.ts';
import type { ObservedEnvironment } from '../deploy/observe.ts';
import type { Subject } from './subject.ts';

/** What is verified: the release as it is wanted, and what is known already. */
export type VerifyWishes = {
  readonly manifest: SelectedManifest;
  readonly contract: Contract;
  readonly observed: ObservedEnvironment;
  /** With their final definitions. */
  readonly services: readonly Subject[];
  /** The input `cluster`. */
  readonly cluster: string | undefined;
  /** The input `desired-count`. */
  readonly desiredCount: number | undefined;
  /** The input `force`. */
  readonly force: boolean;
};
