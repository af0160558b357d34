import { readContract } from '../../../lib/aws/ssm-contract.ts';
import type { ResolvedConfig } from '../../../lib/core/config.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import type { Service } from '../../../lib/core/manifest/model.ts';
import type { Step } from '../../../lib/github/step.ts';
import { chooseServices } from '../../../lib/world/choose-services.ts';
import { readConfig } from '../../../lib/world/handed-on.ts';
import { openWorld, type World } from '../../../lib/world/open-world.ts';
import type { Surroundings } from '../../../lib/world/surroundings.ts';
import type { RunMigrationsInputs } from './inputs.ts';

/** What the migrations are made from. */
export type Observed = Pick<World, 'manifest' | 'aws'> & {
  readonly services: readonly Service[];
  readonly config: ResolvedConfig;
  readonly contract: Contract;
};

export async function observe(inputs: RunMigrationsInputs, step: Step, surroundings: Surroundings): Promise<Observed> {
  const { manifest, aws } = await openWorld(step, inputs, surroundings);
  const services = chooseServices(manifest, inputs.services);
  const config = await readConfig(inputs.config, manifest);
  return { manifest, aws, services, config, contract: await readContract(aws, manifest) };
}
