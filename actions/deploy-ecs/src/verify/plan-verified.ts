import { type Finding, Findings } from '../../../../lib/core/errors.ts';
import { stopAtFindings } from '../../../../lib/world/verify/verification.ts';
import { tellVerification } from '../../../../lib/world/verify/words.ts';
import type { ObservedEnvironment } from '../deploy/observe.ts';
import { planRelease, type ReleasePlan } from '../deploy/plan.ts';
import type { Preparation } from '../deploy/prepare.ts';
import type { ServiceSubject } from './subject.ts';
import { verifyRelease } from './verify.ts';

/**
 * Plans a release and verifies what it stands on. Throws Findings with everything that stands in the way, of both;
 * what is merely uncertain is told.
 */
export async function planVerified(preparation: Preparation, observed: ObservedEnvironment): Promise<ReleasePlan> {
  const { aws, manifest, contract, inputs, step } = preparation;
  const planned = tryToPlan(preparation, observed);
  const verified = await verifyRelease(aws, {
    manifest,
    contract,
    observed,
    services: 'plan' in planned ? planned.plan.services : unplanned(preparation, observed),
    cluster: inputs.cluster,
    desiredCount: inputs.desiredCount,
    force: inputs.force,
  });
  const findings = 'plan' in planned ? verified.findings : [...planned.findings, ...verified.findings];
  tellVerification(step, { ...verified, findings }, 'Verified: everything that the release stands on is there.');
  stopAtFindings({ findings }, 'The release cannot begin');
  if (!('plan' in planned)) throw new Error('A release without a plan has no finding.');
  return planned.plan;
}

type Planned = { readonly plan: ReleasePlan } | { readonly findings: readonly Finding[] };

function tryToPlan({ inputs, wanted, contract, manifest }: Preparation, observed: ObservedEnvironment): Planned {
  const { forceNewDeployment, desiredCount, prune } = inputs;
  try {
    return { plan: planRelease(wanted, observed, { contract, manifest, forceNewDeployment, desiredCount, prune }) };
  } catch (error) {
    if (error instanceof Findings) return { findings: error.findings };
    throw error;
  }
}

/** Where there is no plan, the rest is verified all the same: people mend everything in one go. */
function unplanned({ wanted }: Preparation, { services }: ObservedEnvironment): readonly ServiceSubject[] {
  return wanted.map((one) => ({
    name: one.service.name,
    wanted: one,
    before: services.get(one.infra.service),
    isOwn: true,
  }));
}
