import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIdentity } from '../../../lib/aws/identity.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import { defaultForbiddenEnvironment } from '../../../lib/core/environment-names.ts';
import type { Step } from '../../../lib/github/step.ts';
import { connect } from '../../../lib/world/open-session.ts';
import type { Surroundings } from '../../../lib/world/surroundings.ts';
import { sha256 } from './derived.ts';
import { exportValues } from './export.ts';
import type { StandaloneInputs } from './inputs.ts';
import { checkArns } from './list.ts';
import { observeReferences } from './observe.ts';
import { type ResolvedVariable, resolveVariables } from './plan.ts';
import { collectReferences } from './references.ts';
import { summarise } from './report.ts';

/** What a list without a manifest becomes: the two halves of a container definition's environment. */
type StandaloneConfig = {
  readonly schema: 1;
  readonly fingerprint: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
};

/** Two lists of another repository, proven and resolved by the same rules. Changes nothing in AWS. */
export async function resolveLists(inputs: StandaloneInputs, step: Step, surroundings: Surroundings): Promise<void> {
  const { region, checkValues, inlineParameters, exportTo } = inputs;
  const aws = connect(step, inputs, region, surroundings);
  const wanted = checkArns(inputs.variables, { account: (await readIdentity(aws)).account, region });
  const exported = exportTo !== 'none';
  const observed = await observeReferences(aws, collectReferences(wanted, noContract, { checkValues, exported }));
  const { variables, confidential, warnings } = resolveVariables(
    wanted.map((variable) => ({ service: { name: 'list' }, variable, migration: undefined })),
    {
      where: { application: '', environment: '' },
      region,
      contract: noContract,
      observed,
      forbidden: defaultForbiddenEnvironment,
      inlineParameters,
      exported,
      portOf: () => undefined,
    },
  );
  for (const secret of confidential) step.mask(secret);
  for (const warning of warnings) step.log.warn(warning);
  step.log.info(`${variables.length} variables resolved`);
  step.summary.add(summarise(variables, [], { dryRun: inputs.dryRun, drift: [] }));
  if (inputs.dryRun) return;
  await exportValues(step, exportTo, variables);
  await publish(step, configOf(variables));
}

/** A list has neither templates nor services, so infra is not asked. */
const noContract: Contract = {
  account: '',
  region: '',
  notSimulated: [],
  cluster: { name: '', capacityProviders: [] },
  network: { vpc: '', subnets: [], assignPublicIp: 'DISABLED', namespace: undefined },
  database: undefined,
  cache: undefined,
  storage: new Map(),
  services: new Map(),
  migrations: { securityGroups: [] },
};

function configOf(variables: readonly ResolvedVariable[]): StandaloneConfig {
  const environment: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  for (const { variable, resolution } of variables) {
    if (resolution.kind === 'environment') environment[variable.name] = resolution.value;
    if (resolution.kind === 'secret') secrets[variable.name] = resolution.reference;
  }
  const versions = variables.map(({ resolution }) => (resolution.kind === 'derived' ? '' : resolution.version));
  return { schema: 1, fingerprint: sha256(JSON.stringify([environment, secrets, versions])), environment, secrets };
}

async function publish(step: Step, config: StandaloneConfig): Promise<void> {
  const file = join(step.temporaryDirectory, 'config.json');
  await mkdir(step.temporaryDirectory, { recursive: true });
  await writeFile(file, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  step.outputs.set('config', file);
  step.outputs.set('fingerprint', config.fingerprint);
}
