import type { Aws } from '../../lib/aws/session.ts';
import { getTemplate } from './cloudformation.ts';
import { compareTemplates } from './difference.ts';
import type { Difference } from './difference.ts';
import type { SynthesisedStack } from './synthesise.ts';

/** What deploying these stacks would change, each against the template with which it stands. */
export async function compareStacks(aws: Aws, stacks: readonly SynthesisedStack[]): Promise<readonly Difference[]> {
  const deployed = await Promise.all(stacks.map(({ name }) => getTemplate(aws, name)));
  return stacks.map(({ name, template }, index) => compareTemplates(name, deployed[index], template));
}
