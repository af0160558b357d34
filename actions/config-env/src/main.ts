import { readContract } from '../../../lib/aws/ssm-contract.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import type { Service } from '../../../lib/core/manifest/model.ts';
import type { Whereabouts } from '../../../lib/core/names.ts';
import type { Step } from '../../../lib/github/step.ts';
import { chooseServices } from '../../../lib/world/choose-services.ts';
import { openWorld, type World } from '../../../lib/world/open-world.ts';
import { type Surroundings, realSurroundings } from '../../../lib/world/surroundings.ts';
import { applyDerived } from './apply.ts';
import { observeDrift } from './drift.ts';
import { exportValues } from './export.ts';
import { type ManifestInputs, readConfigEnvInputs } from './inputs.ts';
import { observeReferences } from './observe.ts';
import { checkNotSimulated, resolveVariables } from './plan.ts';
import { planAllDerived } from './plan-derived.ts';
import { collectReferences, type UsedVariable, variablesOf } from './references.ts';
import { type Releases, observeReleases } from './releases.ts';
import { describeOutcome, publishConfig, summarise } from './report.ts';
import { buildConfig } from './resolved-config.ts';
import { findRotated, mostReadings, neverSettled } from './rotation.ts';
import { resolveLists } from './standalone.ts';
import { tidyDerived } from './tidy.ts';

/** Proves every variable of every service before anything moves, and writes down what task definitions shall say. */
export async function configEnv(step: Step, surroundings: Surroundings = realSurroundings): Promise<void> {
  const inputs = readConfigEnvInputs(step.inputs);
  return inputs.kind === 'manifest'
    ? resolveManifest(inputs, step, surroundings)
    : resolveLists(inputs, step, surroundings);
}

async function resolveManifest(inputs: ManifestInputs, step: Step, surroundings: Surroundings): Promise<void> {
  const world = await openWorld(step, inputs, surroundings);
  const { manifest, aws } = world;
  const services = chooseServices(manifest, inputs.services);
  const [contract, releases] = await Promise.all([readContract(aws, manifest), observeReleases(aws, whereOf(world))]);
  checkNotSimulated(contract, world);

  for (let reading = 1; ; reading++) {
    const rotated = await resolveOnce({ step, inputs, world, services, contract, releases });
    if (rotated.length === 0) return;
    if (reading === mostReadings) throw neverSettled(rotated);
    step.log.info(`${rotated.join(', ')}: rotated meanwhile; reading everything again`);
  }
}

type Work = {
  readonly step: Step;
  readonly inputs: ManifestInputs;
  readonly world: World;
  readonly services: readonly Service[];
  readonly contract: Contract;
  readonly releases: Releases;
};

/** From looking up to the file. Answers with what was rotated in the meantime: then nothing has been handed on. */
async function resolveOnce(work: Work): Promise<readonly string[]> {
  const { step, inputs, world, services, releases } = work;
  const { observed, variables, confidential, warnings } = await resolve(variablesOf(services), work);
  for (const secret of confidential) step.mask(secret);
  const plans = await planAllDerived(variables, releases, { aws: world.aws, observed, step, manifest: world.manifest });
  if (inputs.dryRun) {
    tell(step, warnings);
    step.log.info(describeOutcome(variables, plans));
    step.summary.add(summarise(variables, plans, { dryRun: true, drift: [] }));
    return [];
  }

  const derived = await applyDerived(plans, { aws: world.aws, log: step.log });
  const rotated = await findRotated(world.aws, observed);
  if (rotated.length > 0) return rotated;
  const config = buildConfig({ manifest: world.manifest, services, variables, derived });
  const drift = await observeDrift(world.aws, config, releases.current);
  tell(step, warnings);
  step.log.info(describeOutcome(variables, plans));
  for (const { service, variable } of drift)
    step.log.info(`${service}.${variable}: runs with it; the manifest no longer has it`);
  step.summary.add(summarise(variables, plans, { dryRun: false, drift }));
  await exportValues(step, inputs.exportTo, variables);
  await publishConfig(step, config);
  await tidyDerived(plans, { aws: world.aws, where: whereOf(world), log: step.log });
  return [];
}

function whereOf({ manifest }: World): Whereabouts {
  return { application: manifest.application, environment: manifest.environment.name };
}

function tell(step: Step, warnings: readonly string[]): void {
  for (const warning of warnings) step.log.warn(warning);
}

/** Looks up everything that the variables refer to, and decides what each becomes. */
async function resolve(used: readonly UsedVariable[], { inputs, world, contract }: Work) {
  const { manifest, aws } = world;
  const exported = inputs.exportTo !== 'none';
  const references = collectReferences(
    used.map(({ variable }) => variable),
    contract,
    { checkValues: inputs.checkValues, exported },
  );
  const observed = await observeReferences(aws, references);
  const resolved = resolveVariables(used, {
    where: whereOf(world),
    region: manifest.environment.region,
    contract,
    observed,
    forbidden: manifest.forbiddenEnvironment,
    inlineParameters: inputs.inlineParameters,
    exported,
    portOf: (service) => manifest.services.get(service)?.port,
  });
  return { ...resolved, observed };
}
