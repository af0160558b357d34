import type { Aws } from '../../lib/aws/session.ts';
import { stackName, stackParts } from '../../lib/core/names.ts';
import { describeStack } from './cloudformation.ts';
import type { Part } from './command.ts';
import { type SynthesisedStack, isInPart } from './synthesise.ts';
import type { Target } from './target.ts';

/** Stacks that stand and that the app no longer makes: the edge of an environment in which no service is public any more. */
export async function findLeftOver(
  aws: Aws,
  { manifest: { application, environment } }: Target,
  made: readonly SynthesisedStack[],
  wanted: Part,
): Promise<readonly string[]> {
  const names = stackParts
    .filter((part) => isInPart({ part }, wanted))
    .map((part) => stackName(application, environment.name, part))
    .filter((name) => !made.some((stack) => stack.name === name));
  const standing = await Promise.all(names.map((name) => describeStack(aws, name)));
  return standing.flatMap((stack) => (stack === undefined ? [] : [stack.name]));
}

/** The app knows nothing of it, so neither does CDK. */
export function describeLeftOver(name: string): string {
  return `${name} is of an earlier manifest and still stands: \`aws cloudformation delete-stack --stack-name ${name}\`.`;
}
