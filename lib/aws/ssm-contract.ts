import { type Contract, parseContract } from '../core/contract.ts';
import { contractPrefix, type Whereabouts } from '../core/names.ts';
import type { Aws } from './session.ts';
import { getParametersByPath } from './ssm.ts';

/** What infra published for an environment. Throws Findings (E_STATE) when it is absent or incomplete. */
export async function readContract(aws: Aws, { application, environment }: Whereabouts): Promise<Contract> {
  const prefix = contractPrefix(application, environment);
  const parameters = await getParametersByPath(aws, prefix);
  return parseContract(new Map([...parameters].map(([name, { value }]) => [name.slice(prefix.length), value])));
}
