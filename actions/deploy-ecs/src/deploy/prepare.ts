import type { Aws } from '../../../../lib/aws/session.ts';
import { readContract } from '../../../../lib/aws/ssm-contract.ts';
import type { ResolvedConfig } from '../../../../lib/core/config.ts';
import type { Contract } from '../../../../lib/core/contract.ts';
import type { RunName } from '../../../../lib/core/ledger.ts';
import type { SelectedManifest } from '../../../../lib/core/manifest/select.ts';
import type { Whereabouts } from '../../../../lib/core/names.ts';
import type { Step } from '../../../../lib/github/step.ts';
import { checkBranch } from '../../../../lib/world/branch-policy.ts';
import { chooseServices } from '../../../../lib/world/choose-services.ts';
import { checkImages, readConfig } from '../../../../lib/world/handed-on.ts';
import type { World } from '../../../../lib/world/open-world.ts';
import type { DeployInputs } from '../inputs.ts';
import { openPhases, type Phases } from '../report/phases.ts';
import { checkCluster } from './cluster-scope.ts';
import { runNameOf } from '../../../../lib/github/run-name.ts';
import { composeWanted, type WantedService } from './wanted.ts';

/** What is asked for, and all that is needed to do it. */
export type Preparation = {
  readonly inputs: DeployInputs;
  readonly step: Step;
  readonly aws: Aws;
  readonly manifest: SelectedManifest;
  readonly contract: Contract;
  /** What config-env resolved. */
  readonly config: ResolvedConfig;
  readonly where: Whereabouts;
  readonly wanted: readonly WantedService[];
  readonly run: RunName;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly phases: Phases;
};

export async function prepare(inputs: DeployInputs, step: Step, { manifest, aws }: World): Promise<Preparation> {
  const startedAt = aws.clock.now();
  if (inputs.until === 'end') checkBranch(step.job, manifest.environment);
  checkImages(inputs.images, manifest);
  const services = chooseServices(manifest, inputs.services);
  const config = await readConfig(inputs.config, manifest);
  const contract = await readContract(aws, manifest);
  // Whoever only verifies wants all findings in one report.
  if (inputs.until !== 'verify') checkCluster(inputs.cluster, contract, manifest.environment);
  const wanted = services.map((service) =>
    composeWanted(service, { manifest, contract, config, images: inputs.images }),
  );
  const where = { application: manifest.application, environment: manifest.environment.name };
  const run = runNameOf(step.job);
  return {
    inputs,
    step,
    aws,
    manifest,
    contract,
    config,
    where,
    wanted,
    run,
    startedAt,
    phases: openPhases(aws.clock),
  };
}
