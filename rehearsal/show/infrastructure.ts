import { typesNotSimulated } from '../infra/deploy-stacks.ts';
import type { Synthesis } from '../infra/synthesis.ts';
import type { StackTruth } from '../simulated-aws.ts';

/** Where the templates come from, and what that took. */
export function describeSynthesis({ stacks, from, seconds }: Synthesis): string {
  const how = from === 'cache' ? 'from the cache, as nothing has changed' : `synthesised in ${seconds.toFixed(1)} s`;
  return `infrastructure: ${stacks.length} templates, ${how}`;
}

/** What CloudFormation made of them, and how much of that only looks so. */
export function describeDeployment(stacks: readonly StackTruth[], seconds: number): string {
  const resources = stacks.reduce((sum, stack) => sum + stack.resources.length, 0);
  const standIns = stacks.reduce((sum, stack) => sum + stack.notSimulated.length, 0);
  const types = typesNotSimulated(stacks);
  const missing =
    standIns === 0 ? '' : `; ${standIns} of them are not simulated (${types.length} types, such as ${types[0]})`;
  return `infrastructure: ${resources} resources deployed in ${seconds.toFixed(1)} s${missing}`;
}
