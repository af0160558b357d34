import type { Contract } from '../../../../lib/core/contract.ts';
import { capacityProvider } from '../../../../lib/core/fargate.ts';
import type { SelectedManifest } from '../../../../lib/core/manifest/select.ts';
import type { TaskWishes } from '../../../../lib/world/verify/subject.ts';
import type { ObservedEnvironment } from '../deploy/observe.ts';
import type { ServiceSubject } from './subject.ts';

/** What is verified: the release as it is wanted, and what is known already. */
export type VerifyWishes = {
  readonly manifest: SelectedManifest;
  readonly contract: Contract;
  readonly observed: ObservedEnvironment;
  /** With their final definitions. */
  readonly services: readonly ServiceSubject[];
  /** The input `cluster`. */
  readonly cluster: string | undefined;
  /** The input `desired-count`. */
  readonly desiredCount: number | undefined;
  /** The input `force`. */
  readonly force: boolean;
};

/** The part that is verified alike for whatever runs tasks. */
export function taskWishesOf({ manifest, contract, observed, services }: VerifyWishes): TaskWishes {
  return {
    contract,
    forbiddenEnvironment: manifest.forbiddenEnvironment,
    released: Object.values(observed.current?.services ?? {}),
    subjects: services.map(({ name, isOwn, wanted: { service, infra, digest, definition } }) => ({
      kind: 'service',
      name,
      definition,
      repository: infra.repository,
      digest,
      image: { kind: 'read', value: observed.manifests.get(name) },
      capacity: capacityProvider(service),
      securityGroups: infra.securityGroups,
      isOwn,
    })),
  };
}
