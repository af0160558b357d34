import { readContract } from '../../../lib/aws/ssm-contract.ts';
import type { Step } from '../../../lib/github/step.ts';
import { chooseServices } from '../../../lib/world/choose-services.ts';
import { openWorld, type World } from '../../../lib/world/open-world.ts';
import { type Surroundings, realSurroundings } from '../../../lib/world/surroundings.ts';
import { applyDerived } from './apply.ts';
import { type DerivedPlan, planDerived } from './derived-plan.ts';
import { type ConfigEnvInputs, readConfigEnvInputs } from './inputs.ts';
import { observeDerived, observeReferences } from './observe.ts';
import { checkNotSimulated, type ResolvedVariables, resolveVariables } from './plan.ts';
import { collectReferences, type UsedVariable, variablesOf } from './references.ts';
import { describeOutcome, publishConfig, summarise } from './report.ts';
import { buildConfig } from './resolved-config.ts';

/** Proves every variable of every service before anything moves, and writes down what task definitions shall say. */
export async function configEnv(step: Step, surroundings: Surroundings = realSurroundings): Promise<void> {
  const inputs = readConfigEnvInputs(step.inputs);
  const world = await openWorld(step, inputs, surroundings);
  const services = chooseServices(world.manifest, inputs.services);
  const { variables, confidential, warnings } = await resolve(variablesOf(services), inputs, world);
  for (const secret of confidential) step.mask(secret);
  for (const warning of warnings) step.log.warn(warning);

  const plans = await planSecrets(variables, world);
  step.log.info(describeOutcome(variables, plans));
  step.summary.add(summarise(variables, plans, inputs));
  if (inputs.dryRun) return;

  const derived = await applyDerived(plans, { aws: world.aws, log: step.log });
  await publishConfig(step, buildConfig({ manifest: world.manifest, services, variables, derived }));
}

/** Looks up everything that the variables refer to, and decides what each becomes. */
async function resolve(
  used: readonly UsedVariable[],
  inputs: ConfigEnvInputs,
  { manifest, aws, rehearsal }: World,
): Promise<ResolvedVariables> {
  const contract = await readContract(aws, manifest);
  checkNotSimulated(contract, { rehearsal });
  const references = collectReferences(
    used.map(({ variable }) => variable),
    contract,
    inputs,
  );
  return resolveVariables(used, {
    where: { application: manifest.application, environment: manifest.environment.name },
    region: manifest.environment.region,
    contract,
    observed: await observeReferences(aws, references),
    forbidden: manifest.forbiddenEnvironment,
    portOf: (service) => manifest.services.get(service)?.port,
  });
}

async function planSecrets(variables: ResolvedVariables['variables'], { aws }: World): Promise<readonly DerivedPlan[]> {
  const needed = variables.flatMap(({ resolution }) => (resolution.kind === 'derived' ? [resolution.derived] : []));
  const names = [...new Set(needed.map(({ name }) => name))];
  return planDerived(needed, await observeDerived(aws, names));
}
