import { describeServices, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import { readHead } from '../../../../lib/aws/ledger/head.ts';
import type { Lease } from '../../../../lib/aws/ledger/lease.ts';
import { releaseExists } from '../../../../lib/aws/ledger/records.ts';
import type { ReleaseRecord } from '../../../../lib/core/ledger.ts';
import { adoptable, continuePlan } from './adopt.ts';
import { orRefuse } from './refuse.ts';
import { type ObservedEnvironment, observeEnvironment } from './observe.ts';
import type { ReleasePlan } from './plan.ts';
import { planVerified } from '../verify/plan-verified.ts';
import type { Preparation } from './prepare.ts';
import { releaseIdOf } from './record.ts';

/** What was seen of the environment, and what follows from it. */
export type View = {
  readonly observed: ObservedEnvironment;
  /** Id of the release. */
  readonly release: string;
  /** The record of an earlier attempt that is gone on with. */
  readonly adopted: ReleaseRecord | undefined;
  readonly plan: ReleasePlan;
};

/** Looks at the environment and plans. Throws Findings, after they were reported, when something stands in the way. */
export async function viewEnvironment(preparation: Preparation, lease?: Lease): Promise<View> {
  const { inputs, aws, contract, where, wanted, run } = preparation;
  const observed = await observeEnvironment(aws, {
    cluster: contract.cluster.name,
    services: wanted.map(({ service, infra, digest }) => ({
      name: service.name,
      ecsName: infra.service,
      repository: infra.repository,
      digest,
    })),
    where,
    lease,
  });
  const adopted = adoptable(observed.last, { run, release: inputs.release, wanted });
  const release = adopted?.id ?? (await freeId(preparation));
  const plan = await orRefuse(preparation, { observed, release }, () => planVerified(preparation, observed));
  return { observed, release, adopted, plan: continuePlan(plan, observed.last, adopted) };
}

/** The id that was asked for, or one of its own beside a release of that id that has ended; who only looks needs none. */
async function freeId({ inputs, step, aws, where, startedAt }: Preparation): Promise<string> {
  const wished = inputs.release ?? releaseIdOf(step.job, startedAt);
  if (inputs.until !== 'end') return wished;
  for (let copy = 1; ; copy++) {
    const id = copy === 1 ? wished : `${wished}.${copy}`;
    if (!(await releaseExists(aws, where, id))) return id;
  }
}

/**
 * Under the lock: what was seen before, if nobody has changed anything since. After another run has had the lock, or
 * where a service has moved, everything is looked at anew.
 */
export async function viewUnderLock(preparation: Preparation, seen: View, lease: Lease): Promise<View> {
  const { aws, where, contract, wanted, step } = preparation;
  if (!lease.waited) {
    const [head, services] = await Promise.all([
      readHead(aws, where),
      describeServices(
        aws,
        contract.cluster.name,
        wanted.map(({ infra }) => infra.service),
      ),
    ]);
    const hasMoved = wanted.some(({ infra }) => {
      const [now, before] = [services.get(infra.service), seen.observed.services.get(infra.service)];
      return idOf(now) !== idOf(before);
    });
    if (!hasMoved && head?.nonce === seen.observed.head?.nonce) return seen;
  }
  step.log.info('Someone else was at work meanwhile: looking at everything again');
  return viewEnvironment(preparation, lease);
}

function idOf(service: Parameters<typeof primaryOf>[0] | undefined): string | undefined {
  return service === undefined ? undefined : primaryOf(service)?.id;
}
