import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readContract } from '../../../lib/aws/ssm-contract.ts';
import type { Step } from '../../../lib/github/step.ts';
import { chooseServices } from '../../../lib/world/choose-services.ts';
import { openWorld } from '../../../lib/world/open-world.ts';
import { type Surroundings, realSurroundings } from '../../../lib/world/surroundings.ts';
import { applyDerived } from './apply.ts';
import { planDerived } from './derived-plan.ts';
import { readConfigEnvInputs } from './inputs.ts';
import { observeDerived, observeReferences } from './observe.ts';
import { checkNotSimulated, resolveVariables } from './plan.ts';
import { collectReferences, variablesOf } from './references.ts';
import { describeOutcome, summarise } from './report.ts';
import { buildConfig } from './resolved-config.ts';

/** Proves every variable of every service before anything moves, and writes down what task definitions shall say. */
export async function configEnv(step: Step, surroundings: Surroundings = realSurroundings): Promise<void> {
  const inputs = readConfigEnvInputs(step.inputs);
  const { manifest, aws, rehearsal } = await openWorld(step, inputs, surroundings);
  const services = chooseServices(manifest, inputs.services);
  const contract = await readContract(aws, manifest);
  checkNotSimulated(contract, { rehearsal });

  const used = variablesOf(services);
  const references = collectReferences(
    used.map(({ variable }) => variable),
    contract,
    inputs,
  );
  const { application, environment, forbiddenEnvironment: forbidden } = manifest;
  const { variables, confidential, warnings } = resolveVariables(used, {
    where: { application, environment: environment.name },
    region: environment.region,
    contract,
    observed: await observeReferences(aws, references),
    forbidden,
    portOf: (service) => manifest.services.get(service)?.port,
  });
  for (const secret of confidential) step.mask(secret);
  for (const warning of warnings) step.log.warn(warning);

  const needed = variables.flatMap(({ resolution }) => (resolution.kind === 'derived' ? [resolution.derived] : []));
  const derived = planDerived(needed, await observeDerived(aws, needed));
  step.log.info(describeOutcome(variables, derived));
  step.summary.add(summarise(variables, derived, inputs));
  if (inputs.dryRun) return;

  const written = await applyDerived(derived, { aws, log: step.log });
  const { account, region, name } = environment;
  const config = buildConfig({
    application,
    environment: name,
    account,
    region,
    services,
    variables,
    derived: written,
  });
  const file = join(step.temporaryDirectory, 'config.json');
  await mkdir(step.temporaryDirectory, { recursive: true });
  await writeFile(file, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  step.outputs.set('config', file);
  step.outputs.set('fingerprint', config.fingerprint);
}
