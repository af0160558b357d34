import { type Contract, contractByHand, parseContract } from '../core/contract.ts';
import { ActionError } from '../core/errors.ts';
import type { SelectedManifest } from '../core/manifest/select.ts';
import { contractPrefix } from '../core/names.ts';
import type { Aws } from './session.ts';
import { getParametersByPath } from './ssm.ts';

/**
 * What infra says about an environment: published in SSM, or written by hand in the manifest. Throws Findings
 * (E_STATE) when it is absent or incomplete, and E_SCOPE when it is about another account or region.
 */
export async function readContract(aws: Aws, { application, environment }: SelectedManifest): Promise<Contract> {
  const contract =
    contractByHand(environment) ?? (await readPublished(aws, contractPrefix(application, environment.name)));
  if (contract.account !== environment.account || contract.region !== environment.region) {
    throw new ActionError(
      'E_SCOPE',
      `Infra was made for account ${contract.account} in ${contract.region}; the manifest says ${environment.account} in ${environment.region}.`,
      { remedy: 'Correct the manifest, or run the infra job for this environment.', place: 'infra/meta' },
    );
  }
  return contract;
}

async function readPublished(aws: Aws, prefix: string): Promise<Contract> {
  const parameters = await getParametersByPath(aws, prefix);
  return parseContract(new Map([...parameters].map(([name, { value }]) => [name.slice(prefix.length), value])));
}
